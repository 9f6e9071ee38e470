package import PCSCore
package import SystemPackage

/// What ssh could not do.
package enum SSHError: ToolError, Equatable {
  case socketPath(FilePath)
  /// The host key is known, and the target has another.
  case hostKeyChanged(String, name: String, said: String)
  /// The host key is not known here yet.
  case hostKeyUnknown(String)
  case denied(String, String)
  case unreachable(String, String)
  case lost(String)
  /// The connection is there, but takes no further session.
  case sessionRefused(String)
  /// The login shell there ran nothing.
  case noShell(String, String)

  package var id: String {
    switch self {
    case .socketPath: "remote.socket_path"
    case .hostKeyChanged, .hostKeyUnknown: "remote.host_key"
    case .denied: "remote.denied"
    case .unreachable: "remote.unreachable"
    case .lost: "remote.lost"
    case .sessionRefused: "remote.session_refused"
    case .noShell: "remote.shell"
    }
  }

  package var description: String {
    switch self {
    case .socketPath(let path): "\(path): longer than the 90 bytes a control socket may have"
    case .hostKeyChanged(let target, _, let said):
      "\(target): cannot connect: its host key changed" + (said.isEmpty ? "" : ": \(said)")
    case .hostKeyUnknown(let target):
      "\(target): cannot connect: its host key is not known on this machine yet"
    case .denied(let target, let said), .unreachable(let target, let said):
      "\(target): cannot connect: \(said)"
    case .lost(let target): "\(target): the connection is lost"
    case .sessionRefused(let target):
      "\(target): sshd there allows too few sessions over one connection"
    case .noShell(let target, let said):
      "\(target): the login shell there runs no command: \(said)"
    }
  }

  package var hint: String? {
    switch self {
    case .socketPath: "set XDG_RUNTIME_DIR to a shorter path"
    case .hostKeyChanged(let target, let name, _):
      "if \(target) was set up anew: ssh-keygen -R \(ShellWord.quote(name)) && ssh \(target)"
    case .hostKeyUnknown(let target): "compare it and accept it, once, with: ssh \(target)"
    case .denied(let target, _): "let 'ssh \(target)' work without a question first"
    case .unreachable(let target, _): "does 'ssh \(target)' work?"
    case .lost: nil
    case .sessionRefused(let target):
      "in /etc/ssh/sshd_config on \(target): MaxSessions 10, which is the default"
    case .noShell(let target, _): "does 'ssh \(target) true' work?"
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .socketPath: .usage
    case .hostKeyChanged, .hostKeyUnknown: .protocolMismatch
    case .denied, .unreachable, .lost, .sessionRefused, .noShell: .unavailable
    }
  }
}
