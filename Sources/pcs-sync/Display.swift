import PCSCore
import SystemPackage

/// What stands between the stream and the user: `pcs-log write`, then `pcs-ui` or nothing.
struct Display {
  /// Where the stream goes in.
  let entrance: FileDescriptor
  private let parts: [Task<ChildProcess.Status, any Error>]

  /// The log file is left out for a dry run, which writes nothing outside `/run`.
  init(logging log: [String]?, rendering ui: [String]?) throws {
    var parts: [Task<ChildProcess.Status, any Error>] = []
    var exit: FileDescriptor?
    if let ui {
      let pipe = try Pipe()
      parts.append(Self.start("pcs-ui", ui, input: pipe.reading, output: nil))
      exit = pipe.writing
    }
    if let log {
      let pipe = try Pipe()
      parts.append(
        Self.start("pcs-log", ["write"] + log, input: pipe.reading, output: exit))
      exit = pipe.writing
    }
    entrance = exit ?? .standardOutput
    self.parts = parts
  }

  /// Ends the input and waits until everything is written and shown.
  func finish() async {
    if entrance != .standardOutput { try? entrance.close() }
    for part in parts { _ = try? await part.value }
  }

  /// They stay in our process group and ignore signals, so that the last lines are seen.
  private static func start(
    _ tool: String, _ arguments: [String], input: FileDescriptor, output: FileDescriptor?
  ) -> Task<ChildProcess.Status, any Error> {
    var child = ChildProcess(Places.tool(tool), arguments)
    child.isInteractive = true
    child.environment = ["PCS_FORMAT": nil]
    return Task { [child] in try await child.relay(input: .pipe(input), output: output) }
  }
}
