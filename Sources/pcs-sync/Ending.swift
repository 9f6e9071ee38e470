import PCSCore

/// How a sync ended.
enum Ending: Sendable {
  case completed
  /// Completed, but for something that no later sync brings by itself.
  case partial
  case aborted(signal: Int32)
  case failed(ErrorDescription?, ExitStatus)

  var state: SessionState {
    switch self {
    case .completed, .partial: .completed
    case .aborted: .aborted
    case .failed: .failed
    }
  }

  var status: Int32 {
    switch self {
    case .completed: 0
    case .partial: ExitStatus.partial.rawValue
    case .aborted(let signal): 128 + signal
    case .failed(_, let status): status.rawValue
    }
  }

  /// The status of a sync that failed of `error`: that of the error, if it says something to a
  /// script, else 1.
  static func failed(of error: any Error) -> Ending {
    guard let error = error as? any ToolError else {
      return .failed(ErrorDescription(kind: "software", message: "\(error)"), .failure)
    }
    let status = error.exitStatus
    return .failed(
      ErrorDescription(error), status.isHandedOn || status == .usage ? status : .failure)
  }

  func result(session: String, tool: String) -> ToolResult {
    var result = ToolResult(
      tool: tool, status: .success, exitCode: status, sessionID: session)
    switch self {
    case .completed, .partial: break
    case .aborted:
      result.status = .aborted
      result.error = ErrorDescription(kind: "sync.aborted", message: "Sync interrupted by user")
    case .failed(let error, _):
      result.status = .failed
      result.error = error ?? ErrorDescription(kind: "sync.failed", message: "the sync failed")
    }
    return result
  }
}
