import Glibc
package import PCSCore
package import SystemPackage

/// An OpenSSH control master: one authenticated connection that everything to a target shares
/// (`ControlMaster` in `ssh_config(5)`).
package struct ControlMaster: Sendable, Equatable {
  package let target: HostArgument
  package let socket: FilePath

  package init(target: HostArgument, socket: FilePath) throws(SSHError) {
    // ssh binds a temporary name beside the socket first, 18 bytes longer, in the 108 of unix(7).
    guard socket.length <= 90 else { throw .socketPath(socket) }
    self.target = target
    self.socket = socket
  }

  /// Connects and leaves the master in the background; asks on the terminal only when
  /// `isInteractive`.
  package func start(isInteractive: Bool) async throws {
    let log = FilePath(socket.string + ".log")
    defer { _ = log.withPlatformString { unlink($0) } }
    for attempt in 1...2 {
      guard let problem = try await attemptStart(log, isInteractive) else { return }
      if attempt == 2 || !problem.isTransient { throw problem }
    }
  }

  private func attemptStart(_ log: FilePath, _ isInteractive: Bool) async throws -> SSHError? {
    let options = [
      "ControlMaster=yes", "ControlPath=\(socket)", "ControlPersist=30", "ConnectTimeout=10",
      "ServerAliveInterval=5", "ServerAliveCountMax=3", "ClearAllForwardings=yes",
      "ForwardAgent=no", "ForwardX11=no", "PermitLocalCommand=no", "RemoteCommand=none",
      "RequestTTY=no", "BatchMode=\(isInteractive ? "no" : "yes")",
    ]
    var ssh = ChildProcess(
      "ssh", options.flatMap { ["-o", $0] } + ["-E", log.string, "-f", "-N", "--", target.text])
    ssh.isInteractive = isInteractive
    let result = try await ssh.capture()
    if result.status == .exited(0) { return nil }
    let words = (try? FileContent.read(log)) ?? result.error
    return SSHError(target: target.text, log: String(decoding: words, as: UTF8.self))
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

  private func control(_ request: String) async throws -> ChildProcess.Status {
    try await ChildProcess("ssh", Self.use(socket) + ["-O", request, "--", target.text])
      .capture().status
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

/// What ssh could not do.
package enum SSHError: ToolError, Equatable {
  case socketPath(FilePath)
  case hostKey(String, String)
  case denied(String, String)
  case unreachable(String, String)
  case lost(String)

  /// Reads what ssh said when it could not connect.
  init(target: String, log: String) {
    let lines = log.split(whereSeparator: \.isNewline).map(String.init)
    let last = lines.last { !$0.isEmpty } ?? "cannot connect"
    if log.contains("Host key verification failed")
      || log.contains("REMOTE HOST IDENTIFICATION HAS CHANGED")
    {
      self = .hostKey(target, last)
    } else if log.contains("Permission denied") || log.contains("Too many authentication") {
      self = .denied(target, lines.last { $0.contains("ermission denied") } ?? last)
    } else {
      self = .unreachable(target, last)
    }
  }

  var isTransient: Bool {
    if case .unreachable = self { true } else { false }
  }

  package var id: String {
    switch self {
    case .socketPath: "remote.socket_path"
    case .hostKey: "remote.host_key"
    case .denied: "remote.denied"
    case .unreachable: "remote.unreachable"
    case .lost: "remote.lost"
    }
  }

  package var description: String {
    switch self {
    case .socketPath(let path): "\(path): longer than the 90 bytes a control socket may have"
    case .hostKey(let target, let said), .denied(let target, let said),
      .unreachable(let target, let said):
      "\(target): cannot connect: \(said)"
    case .lost(let target): "\(target): the connection is lost"
    }
  }

  package var hint: String? {
    switch self {
    case .socketPath: "set XDG_RUNTIME_DIR to a shorter path"
    case .hostKey(let target, _): "try it once with: ssh \(target)"
    case .denied(let target, _): "let 'ssh \(target)' work without a question first"
    case .unreachable(let target, _): "does 'ssh \(target)' work?"
    case .lost: nil
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .socketPath: .usage
    case .hostKey: .protocolMismatch
    case .denied, .unreachable, .lost: .unavailable
    }
  }
}
