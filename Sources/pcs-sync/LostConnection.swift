import OpenSSH
import PCSCore

/// The end of the connection to the target, told by what it interrupted.
enum LostConnection {
  /// The one error of it.
  static func error(to hostname: String, while activity: String) -> SyncError {
    SyncError(
      "\(hostname): the connection was lost while \(activity)", id: "connection.lost",
      hint: "the next sync goes on where this one was interrupted", exitStatus: .unavailable)
  }

  /// Whether a step or a guard failed because the connection is lost: it says so, or it was not
  /// able to say anything.
  static func isCause(of error: any Error) -> Bool {
    guard let error = error as? any ToolError, error.exitStatus == .unavailable else {
      return false
    }
    switch error.id {
    case "sync.failed", "remote.lost", "connection.lost": return true
    case "remote.failed":  // `pcs-remote` wrote it to standard error, which carries no id.
      return error.description.hasSuffix(SSHError.lost("").description)
    default: return false
    }
  }
}
