import PCSCore

extension SyncError {
  /// All that was found as one error; a single one stays what it is, nil when there is none.
  static func joining(_ failures: [any Error]) -> (any Error)? {
    guard failures.count > 1 else { return failures.first }
    return SyncError(failures.map { "\($0)" }.joined(separator: "; "), id: "check.failed")
  }
}
