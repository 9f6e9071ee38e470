import PCSCore

/// After a sync that failed half-way: both machines back to their snapshots of before, if the user
/// says so.
struct RollbackOffer {
  let request: SyncRequest
  let stream: SessionStream
  let questions: Questions
  let snapshots: [Snapshot]
  /// The options that say where they lie.
  let place: [String]

  /// Whether there is something to offer: nothing after 3 and 4, which changed nothing, and nothing
  /// after Ctrl+C.
  static func isDue(after ending: Ending, _ snapshots: [Snapshot]) -> Bool {
    guard case .failed(_, let status) = ending, status != .conflicts, status != .refused else {
      return false
    }
    return snapshots.contains { $0.kind == .preSync }
  }

  func make(_ runner: ToolRunner) async {
    let before = snapshots.filter { $0.kind == .preSync }
    let names = Set(before.map(\.hostname)).sorted().joined(separator: " and ")
    let question = "The sync failed. Roll \(names) back to the snapshots of before it?"
    guard await questions.confirm(question) == true else {
      for snapshot in before {
        stream.log(.warning, "\(snapshot.hostname): before the sync: \(snapshot.snapshotPath)")
      }
      return
    }
    do {
      try await rollBack(runner.unleashed)
    } catch {
      stream.log(.error, "rollback: \(error)")
    }
  }

  /// The target first: while it cannot be rolled back, nothing is.
  private func rollBack(_ runner: ToolRunner) async throws {
    let arguments = ["rollback", "--session", request.session, "--yes"] + place
    try await runner.succeed(ToolCall("pcs-snapshot", arguments, at: .there))
    try await runner.succeed(ToolCall("pcs-snapshot", arguments, at: .here))
  }
}
