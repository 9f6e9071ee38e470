import Synchronization

extension RemoteExecutor {
  /// Runs `command` on the target and hands on each line it writes as it comes, without its LF.
  ///
  /// Throws when it does not end with status 0; cancelling the task ends it there too. With
  /// `isStream` a line of more than 1 MiB is an error.
  package func stream(
    _ command: [String], sudo: Bool = false, isStream: Bool = false,
    input: ChildProcess.Input = .bytes([]),
    onLine: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws {
    let options = (sudo ? ["--sudo"] : []) + (input.isEmpty ? [] : ["--stdin"])
    var child = ChildProcess(Places.tool("pcs-remote"), ["run"] + options + ["--"] + command)
    child.environment = environment.mapValues { $0 }
    child.writesStream = isStream
    let complaint = Mutex("")
    let status = try await child.run(input: input) { stream, line in
      switch stream {
      case .output: try await onLine(line)
      case .error:
        let text = String(decoding: line, as: UTF8.self)
        if !text.contains(": hint: ") { complaint.withLock { $0 = text } }
      }
    }
    guard status != .exited(0) else { return }
    throw RemoteCommandError(
      target: target, command: command.first ?? "", status: status.code,
      complaint: complaint.withLock { $0 })
  }
}

/// A command on the target did not end with status 0.
package struct RemoteCommandError: ToolError, Equatable {
  package let target: String
  package let command: String
  package let status: Int32
  /// The last line of its standard error, but for hints.
  package let complaint: String

  package init(target: String, command: String, status: Int32, complaint: String) {
    self.target = target
    self.command = command
    self.status = status
    self.complaint = complaint
  }

  package var id: String { "remote.command" }
  package var description: String {
    "\(target): \(command): ended with status \(status)"
      + (complaint.isEmpty ? "" : ": \(complaint)")
  }
  package var exitStatus: ExitStatus {
    status == ExitStatus.unavailable.rawValue ? .unavailable : .failure
  }
}
