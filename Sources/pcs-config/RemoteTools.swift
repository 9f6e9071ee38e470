import PCSCore
import SystemPackage

/// `pcs-remote` with the connection to one target.
struct RemoteTools: Sendable {
  let target: String
  /// The option that names the connection.
  private let connection: String

  /// Runs `body` over the session's connection to `target`, or an open one, or else over one of
  /// its own that is closed afterwards.
  static func with(
    _ target: String, _ body: (RemoteTools) async throws -> Void
  ) async throws {
    if let open = try await find(target) { return try await body(open) }
    let own = RemoteTools(target: target, connection: "--target=\(target)")
    let outcome: Result<Void, any Error>
    do {
      try await own.connect()
      outcome = .success(try await body(own))
    } catch {
      outcome = .failure(error)
    }
    // In a task of its own, since ours may be cancelled already.
    await Task { _ = try? await own.call(["disconnect", own.connection]) }.value
    try outcome.get()
  }

  /// The events that a tool writes on the target, run there by the login user.
  func ask(_ command: [String]) async throws -> [Event] {
    do {
      return try await call(["run", connection, "--"] + command)
    } catch let error as SyncError where error.exitStatus == .usage {
      throw SyncError(
        "\(target): \(command[0]) there does not know what is asked of it",
        id: "configuration.other_version", hint: "pcs-remote install makes the versions equal",
        exitStatus: .protocolMismatch)
    }
  }

  /// Runs a command on the target, as the login user.
  func run(_ command: [String]) async throws {
    _ = try await call(["run", connection, "--"] + command)
  }

  /// Makes `bytes` the file at `path` there, readable by the login user alone.
  func send(_ bytes: [UInt8], to path: String) async throws {
    // The bytes that were compared and shown, not what is in our file by now.
    _ = try await call(
      ["send", connection, "--mode", "600", "--", "/dev/stdin", path],
      input: .pipe(try MemoryFile.holding(bytes)))
  }

  /// The connection that is open already; nil when there is none to this target.
  private static func find(_ target: String) async throws -> RemoteTools? {
    let named = Places.environment("PCS_TARGET")
    if let path = Places.environment("PCS_CONTROL_PATH"), named == nil || named == target {
      let session = RemoteTools(target: target, connection: "--control-path=\(path)")
      if try await session.status() == target { return session }
    }
    let open = RemoteTools(target: target, connection: "--target=\(target)")
    do {
      _ = try await open.status()
      return open
    } catch let error as SyncError where error.exitStatus == .unavailable {
      return nil
    }
  }

  /// The target of the connection, as it was typed.
  private func status() async throws -> String? {
    for case .connection(let connection) in try await call(["status", connection]) {
      return connection.target
    }
    return nil
  }

  /// Connects in the foreground, where ssh may ask for a password on the terminal.
  private func connect() async throws {
    var child = Self.child(["connect", "--", target])
    child.isInteractive = true
    let output = try MemoryFile.holding([])
    defer { try? output.close() }
    let status = try await child.relay(output: output.duplicate())
    try output.seek(offset: 0, from: .start)
    _ = try Self.events(status, FileContent.read(output, "pcs-remote"), [], target)
  }

  @discardableResult
  private func call(
    _ arguments: [String], input: ChildProcess.Input = .bytes([])
  ) async throws -> [Event] {
    let (status, output, error) = try await Self.child(arguments).capture(input: input)
    return try Self.events(status, output, error, target)
  }

  private static func child(_ arguments: [String]) -> ChildProcess {
    var child = ChildProcess(Places.tool("pcs-remote"), arguments)
    child.environment = ["PCS_FORMAT": "json"]
    return child
  }

  /// What a tool wrote; throws what it failed of, in its own words.
  private static func events(
    _ status: ChildProcess.Status, _ output: [UInt8], _ error: [UInt8], _ target: String
  ) throws -> [Event] {
    let events = output.split(separator: UInt8(ascii: "\n")).compactMap { Event(line: $0) }
    if status == .exited(0) { return events }
    let exitStatus = ExitStatus(rawValue: status.code) ?? .failure
    guard case .result(let result)? = events.last, let reason = result.error else {
      let said = ErrorLines(error, of: "pcs-remote")
      throw SyncError(
        said.message ?? "\(target): pcs-remote: ended with status \(status.code)",
        id: "remote.failed", hint: said.hint, exitStatus: exitStatus)
    }
    let isNamed = reason.message.hasPrefix(target)
    throw SyncError(
      (isNamed ? "" : "\(target): ") + reason.message, id: reason.kind, hint: reason.hint,
      exitStatus: exitStatus, context: reason.context)
  }
}
