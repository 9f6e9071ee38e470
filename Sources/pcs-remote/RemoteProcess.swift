import Glibc
import OpenSSH
import PCSCore
import SystemPackage

/// One command on the target.
struct RemoteProcess: Sendable {
  let connection: OpenConnection
  let command: [[UInt8]]
  var asRoot = false
  var passesInput = false
  var timeout: Duration?
  /// What begins the output where the login shell there writes something before it; only our own
  /// version writes it.
  private let mark: String?

  init(
    connection: OpenConnection, command: [[UInt8]], asRoot: Bool = false,
    passesInput: Bool = false, timeout: Duration? = nil
  ) {
    self.connection = connection
    self.command = command
    self.asRoot = asRoot
    self.passesInput = passesInput
    self.timeout = timeout
    let isGreeted = connection.facts.greeting != nil
    mark =
      isGreeted && connection.facts.version == PCSCore.Version.current
      ? "pc-switcher-\(SessionID.make())\(SessionID.make())" : nil
  }

  /// Runs it with our standard streams; returns its exit status.
  func relay() async throws -> Int32 {
    let input: ChildProcess.Input = passesInput ? .inherited : .bytes([])
    let status = try await withTimeout {
      guard let mark else { return try await ssh.relay(input: input).code }
      return try await GreetedOutput(mark).relay(ssh, input: input).code
    }
    try await check(status)
    return status
  }

  /// Runs it and returns how it ended; `input` is its standard input, closed afterwards.
  func capture(from input: FileDescriptor? = nil) async throws -> CompletedProcess {
    let start = ContinuousClock.now
    let source: ChildProcess.Input =
      input.map { .pipe($0) } ?? (passesInput ? .inherited : .bytes([]))
    let (status, output, error) = try await withTimeout { try await ssh.capture(input: source) }
    try await check(status.code)
    var filter = mark.map { GreetingFilter(mark: $0) }
    let said = filter?.pass(output) ?? output
    return CompletedProcess(
      args: command.map { String(decoding: $0, as: UTF8.self) }, returncode: status.code,
      stdout: String(decoding: said, as: UTF8.self),
      stderr: String(decoding: error, as: UTF8.self),
      duration: (ContinuousClock.now - start).seconds)
  }

  private var ssh: ChildProcess {
    get throws {
      var environment: [String: String] = [:]
      for name in ["PCS_SESSION_ID", "PCS_MODULE", "PCS_DRY_RUN"] {
        environment[name] = Places.environment(name)
      }
      // In a session the leash must be root, as the agent is; it steps down for the command.
      let session = Places.environment(AgentSocket.marker)
      let isRootThere = connection.facts.userID == 0
      let request = RemoteRequest(
        arguments: command, environment: environment, session: session,
        asLoginUser: session != nil && !asRoot && !isRootThere, mark: mark)
      if let lent = connection.lent {
        return connection.master.ssh(
          try lent.commandLine([TargetFacts.leash, "--exec", try request.word]))
      }
      return connection.master.ssh(try RemoteCommandLine.text(for: request, sudo: needsSudo))
    }
  }

  private var needsSudo: Bool {
    connection.facts.userID != 0 && (asRoot || Places.environment(AgentSocket.marker) != nil)
  }

  /// ssh says 255 for a lost connection, and passes on a 255 of the command.
  private func check(_ status: Int32) async throws {
    let target = connection.master.target.text
    switch status {
    case 255 where try await !connection.master.isAlive: throw SSHError.lost(target)
    case 255 where try await !allowsSessions: throw SSHError.sessionRefused(target)
    case 1 where try await !mayBecomeRoot:
      throw connection.facts.version == nil
        ? notInstalled : InstallError.notRoot(target, connection.facts)
    case 127 where connection.facts.version == nil: throw notInstalled
    default: break
    }
  }

  /// Whether sshd there lets us open as many sessions as a sync needs beside those that are open.
  ///
  /// They are opened at the same time: one by one they would find room.
  private var allowsSessions: Bool {
    get async throws {
      let master = connection.master
      return try await withThrowingTaskGroup { group in
        for _ in 1...4 {
          group.addTask { try await master.ssh("exec sleep 1").capture().status == .exited(0) }
        }
        return try await group.reduce(true) { $0 && $1 }
      }
    }
  }

  private var notInstalled: any Error {
    SyncError(
      "\(connection.master.target.text): pc-switcher is not installed there",
      id: "remote.not_installed", hint: "pcs-remote install", exitStatus: .unavailable)
  }

  /// sudo says 1 when it refuses, and passes on a 1 of the command.
  private var mayBecomeRoot: Bool {
    get async throws {
      guard needsSudo, connection.lent == nil else { return true }
      let leash = ShellWord.quote(TargetFacts.leash)
      return try await connection.master.ssh("exec sudo -n \(leash) --version")
        .capture().status == .exited(0)
    }
  }

  private func withTimeout<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    guard let timeout else { return try await body() }
    return try await withThrowingTaskGroup { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: timeout)
        throw SyncError(
          "\(connection.master.target.text): no end after \(Int(timeout.seconds)) s",
          id: "remote.timeout", exitStatus: .unavailable)
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() else { throw CancellationError() }
      return value
    }
  }
}
