import PCSCore

extension SyncError {
  /// Joins everything that was found into one error with the exit status of the first; a single
  /// one stays what it is, nil when there is none.
  static func joining(_ failures: [any Error]) -> (any Error)? {
    guard failures.count > 1 else { return failures.first }
    return SyncError(
      failures.map { "\($0)" }.joined(separator: "; "), id: "check.failed",
      exitStatus: (failures[0] as? any ToolError)?.exitStatus ?? .failure)
  }
}
