import PCSCore
import PCSTool
import SystemPackage

/// What stands between the stream and the user: `pcs-log write`, so that no reader holds up the
/// sync, then `pcs-ui` or nothing.
struct Display {
  /// Where the stream goes in.
  let entrance: FileDescriptor
  private let parts: [(tool: String, end: Task<ChildProcess.Status, any Error>)]

  /// The options of `pcs-log write`, and what `pcs-ui` is to show when there is to be one.
  init(logging log: [String] = ["--no-file"], rendering level: LogLevel?) throws {
    var log = log
    var parts: [(String, Task<ChildProcess.Status, any Error>)] = []
    var exit: FileDescriptor?
    if let level {
      let pipe = try Pipe()
      let ui = Self.start(
        "pcs-ui", ["--level", level.rawValue], input: pipe.reading, output: nil)
      parts.append(("pcs-ui", ui))
      exit = pipe.writing
      log += ["--pass", level.rawValue]
    }
    let pipe = try Pipe()
    parts.append(
      ("pcs-log", Self.start("pcs-log", ["write"] + log, input: pipe.reading, output: exit)))
    entrance = pipe.writing
    self.parts = parts
  }

  /// Ends the input, waits until everything is written and shown, and returns the status to leave
  /// with: a success that could not be told is none.
  func finish(_ result: ToolResult, _ stream: SessionStream) async -> Int32 {
    try? entrance.close()
    var result = result
    var killed: String?
    var isWhole = stream.outputError == nil
    for (tool, end) in parts {
      switch try? await end.value {
      case .exited(0), .exited(ExitStatus.partial.rawValue): break  // 2: a log without every line
      case .exited: isWhole = false  // It has said why.
      case .signalled, nil: killed = killed ?? tool
      }
    }
    if result.status == .success, killed != nil || !isWhole {
      result.exitCode = ExitStatus.inputOutput.rawValue
    }
    if let killed {
      let error = ErrorDescription(
        kind: "display.killed", message: "\(killed): was killed: not everything was shown")
      ToolRun.report(error, "pcs-sync")
      if result.status == .success { (result.status, result.error) = (.failed, error) }
      // Without a display the last line still goes where its output went.
      if !parts.contains(where: { $0.tool == "pcs-ui" }) {
        try? EventWriter().write(.result(result))
      }
    }
    return result.exitCode
  }

  /// They stay in our process group and ignore signals, so that the last lines are seen.
  private static func start(
    _ tool: String, _ arguments: [String], input: FileDescriptor, output: FileDescriptor?
  ) -> Task<ChildProcess.Status, any Error> {
    var child = ChildProcess(Places.tool(tool), arguments)
    child.isInteractive = true
    child.isLogged = false  // It ends after the last line.
    child.environment = ["PCS_FORMAT": nil]
    return Task { [child] in try await child.relay(input: .pipe(input), output: output) }
  }
}
