import PCSCore

/// The end of the connection to the target, in the words of what it interrupted.
enum LostConnection {
  /// The one error of it.
  static func error(to hostname: String, while activity: String) -> SyncError {
    SyncError(
      "\(hostname): the connection was lost while \(activity)", id: "connection.lost",
      hint: "the next sync goes on where this one was interrupted", exitStatus: .unavailable)
  }

  /// `error`, or the lost connection in place of a step that ended of it and could not tell: it has
  /// no error of its own.
  static func cause(
    of error: any Error, hostname: String, while activity: String
  ) -> any Error {
    guard let step = error as? StepFailure, step.id == "sync.failed",
      step.exitStatus == .unavailable
    else { return error }
    return self.error(to: hostname, while: activity)
  }
}
