import Glibc
package import PCSCore
package import SystemPackage

/// An OpenSSH control master: one authenticated connection that everything to a target shares
/// (`ControlMaster` in `ssh_config(5)`).
package struct ControlMaster: Sendable, Equatable {
  /// How often ssh asks the other side for a sign of life, and how many may be missing.
  private static let aliveInterval = Duration.seconds(5)
  private static let aliveCount = 3

  package let target: HostArgument
  package let socket: FilePath

  package init(target: HostArgument, socket: FilePath) throws(SSHError) {
    // ssh binds a temporary name beside the socket first, 18 bytes longer, in the 108 of unix(7).
    guard socket.length <= 90 else { throw .socketPath(socket) }
    self.target = target
    self.socket = socket
  }

  /// Connects and leaves the master in the background.
  ///
  /// ssh is first run without any question. With `mayAsk` it is run again where a question may
  /// help, and asks on the terminal. `report` is told for whom we wait.
  package func start(
    mayAsk: Bool, report: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws {
    let log = FilePath(socket.string + ".log")
    defer { _ = log.withPlatformString { unlink($0) } }
    guard var said = try await attempt(log, isInteractive: false, report) else { return }
    var finding = try await probe.run()
    if finding.failure == .unreachable {
      guard let again = try await attempt(log, isInteractive: false, report) else { return }
      said = again
    } else if mayAsk, finding.failure != .changedKey {
      guard let again = try await attempt(log, isInteractive: true, report) else { return }
      (said, finding) = (again, try await probe.run())
    }
    throw error(finding, said)
  }

  /// Runs ssh until it is connected; returns what it printed when it could not.
  private func attempt(
    _ log: FilePath, isInteractive: Bool, _ report: @escaping @Sendable (String) -> Void
  ) async throws -> String? {
    // A person may need as long as sshd waits (`LoginGraceTime`).
    let patience =
      isInteractive ? Patience(firstAnswer: .seconds(120), silence: nil) : Patience.usual
    let ssh = login(log, isInteractive: isInteractive)
    let begin = ContinuousClock.now
    let ownReport: @Sendable (String) -> Void = { if !isInteractive { report($0) } }
    let result = try await Vigil(patience).guarding(
      "the login", of: target.text, report: ownReport
    ) { try await ssh.capture() }
    if result.status == .exited(0) { return nil }
    let duration = ContinuousClock.now - begin
    // After this much silence during a login ssh gives up by itself.
    if !isInteractive, duration >= Self.aliveInterval * Self.aliveCount {
      throw SilenceError(target: target.text, awaited: "the login", duration: duration)
    }
    let words = (try? FileContent.read(log)) ?? result.error
    return String(decoding: words, as: UTF8.self).split(whereSeparator: \.isNewline)
      .last.map(String.init) ?? "cannot connect"
  }

  private func login(_ log: FilePath, isInteractive: Bool) -> ChildProcess {
    let options = [
      "ControlMaster=yes", "ControlPath=\(socket)", "ControlPersist=30", "ConnectTimeout=10",
      "ServerAliveInterval=\(Self.aliveInterval.components.seconds)",
      "ServerAliveCountMax=\(Self.aliveCount)", "ClearAllForwardings=yes",
      "ForwardAgent=no", "ForwardX11=no", "PermitLocalCommand=no", "RemoteCommand=none",
      "RequestTTY=no", "BatchMode=\(isInteractive ? "no" : "yes")",
      "LogLevel=ERROR",  // Its words are for people, whatever their configuration says.
    ]
    var ssh = ChildProcess(
      "ssh", options.flatMap { ["-o", $0] } + ["-E", log.string, "-f", "-N", "--", target.text])
    ssh.isInteractive = isInteractive
    return ssh
  }

  private var probe: LoginProbe {
    LoginProbe(target: target, scratch: FilePath(socket.string + ".key"))
  }

  private func error(_ finding: LoginProbe.Finding, _ said: String) -> SSHError {
    switch finding.failure {
    case .unreachable: .unreachable(target.text, said)
    case .unknownKey: .hostKeyUnknown(target.text)
    case .changedKey: .hostKeyChanged(target.text, name: finding.name, said: said)
    case .denied: .denied(target.text, said)
    }
  }

  /// Whether the master is there and answers.
  package var isAlive: Bool {
    get async throws { try await control("check") == .exited(0) }
  }

  /// Returns only by throwing, once the master is gone.
  package func waitForEnd() async throws {
    while try await isAlive { try await Task.sleep(for: .seconds(2)) }
    throw SSHError.lost(target.text)
  }

  /// Closes the connection and everything that runs over it.
  package func stop() async throws {
    _ = try await control("exit")
  }

  /// Asks the master, which answers at once unless something stopped it.
  private func control(_ request: String) async throws -> ChildProcess.Status {
    var ssh = ChildProcess("ssh", Self.use(socket) + ["-O", request, "--", target.text])
    ssh.isLogged = request != "check"  // It comes every 2 s.
    return try await Vigil(.usual).guarding(
      "the ssh master on this machine", of: target.text
    ) { [ssh] in try await ssh.capture().status }
  }

  /// The options of every use of the master: without it ssh fails, it never connects anew as
  /// somebody else.
  package static func use(_ socket: FilePath) -> [String] {
    [
      "-S", socket.string, "-F", "none", "-o", "ControlMaster=no", "-o", "ProxyCommand=false",
      "-T",
    ]
  }

  /// An ssh that runs `commandLine` over the master.
  ///
  /// It stays in our process group, so that whoever ends us ends it.
  package func ssh(_ commandLine: String) -> ChildProcess {
    var ssh = ChildProcess("ssh", Self.use(socket) + ["--", target.text, commandLine])
    ssh.isInteractive = true
    return ssh
  }
}
