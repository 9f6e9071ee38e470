package import SystemPackage

/// What can go wrong around a leash.
package enum LeashError: ToolError, Equatable {
  case failed(String, Errno)
  /// There is no agent of that session on this machine.
  case noAgent(String, Errno)
  case refused(String)
  case silent(Duration)
  case badRequest

  package var id: String {
    switch self {
    case .failed: "leash.failed"
    case .noAgent: "leash.no_agent"
    case .refused: "leash.refused"
    case .silent: "leash.silent"
    case .badRequest: "leash.bad_request"
    }
  }

  package var description: String {
    switch self {
    case .failed(let what, let error): "\(what): \(error)"
    case .noAgent(let session, let error): "session \(session): no agent on this machine: \(error)"
    case .refused(let session): "session \(session) is ending: nothing new is started"
    case .silent(let lease): "nothing heard from the source for \(Int(lease.seconds)) s"
    case .badRequest: "--exec: not a request of pcs-remote"
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .failed: .failure
    case .noAgent, .silent: .unavailable
    case .refused: .terminated
    case .badRequest: .usage
    }
  }
}
