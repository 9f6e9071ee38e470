/// Runs commands on the target over the session's connection, the seed's `RemoteExecutor`.
///
/// Everything goes through `pcs-remote`, so that what runs there hangs on the session's leash.
package struct RemoteExecutor: Sendable {
  private let connection: Invocation.Remote

  package init(_ connection: Invocation.Remote) {
    self.connection = connection
  }

  /// Runs `command` on the target with the arguments exactly as given.
  package func run(
    _ command: [String], sudo: Bool = false, timeout: Duration? = nil, input: [UInt8] = []
  ) async throws -> CompletedProcess {
    var options = ["run", "--json"]
    if sudo { options.append("--sudo") }
    if !input.isEmpty { options.append("--stdin") }
    if let timeout { options += ["--timeout", "\(Int(timeout.seconds.rounded(.up)))s"] }
    for event in try await events(of: options + ["--"] + command, input: input) {
      if case .completedProcess(let process) = event { return process }
    }
    throw RemoteError(target: connection.target, what: "no answer to \(command.first ?? "")")
  }

  /// Copies a file of this machine to the target.
  package func sendFileToTarget(_ local: String, _ remote: String) async throws {
    _ = try await events(of: ["send", "--", local, remote], input: [])
  }

  /// The target's real host name.
  package func getHostname() async throws -> String {
    let result = try await run(["hostname"])
    guard result.returncode == 0 else {
      throw RemoteError(target: connection.target, what: "cannot ask for its host name")
    }
    return String(result.stdout.prefix { $0 != "\n" })
  }

  /// The target as it was typed.
  package var target: String { connection.target }

  /// The options that name the connection to `pcs-remote`.
  package var environment: [String: String] {
    ["PCS_TARGET": connection.target, "PCS_CONTROL_PATH": connection.controlPath]
  }

  private func events(of arguments: [String], input: [UInt8]) async throws -> [Event] {
    var child = ChildProcess(Places.tool("pcs-remote"), arguments)
    child.environment = environment.mapValues { $0 }.merging(["PCS_FORMAT": "json"]) { $1 }
    let (status, output, error) = try await child.capture(input: .bytes(input))
    let events = output.split(separator: UInt8(ascii: "\n")).compactMap { Event(line: $0) }
    if case .result(let result)? = events.last, let error = result.error, result.status == .failed,
      !events.contains(where: { if case .completedProcess = $0 { true } else { false } })
    {
      throw RemoteError(target: connection.target, what: error.message)
    }
    guard status == .exited(0) || events.count > 1 else {
      throw RemoteError(
        target: connection.target, what: String(decoding: error, as: UTF8.self))
    }
    return events
  }
}

/// The target could not be reached, or did not do what it was asked.
package struct RemoteError: ToolError, Equatable {
  package let target: String
  package let what: String

  package init(target: String, what: String) {
    self.target = target
    self.what = what
  }

  package var id: String { "remote.failed" }
  package var description: String { "\(target): \(what)" }
  package var exitStatus: ExitStatus { .unavailable }
}
