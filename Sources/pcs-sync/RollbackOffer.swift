import PCSCore

/// After a sync that failed half-way: the target, or both machines, back to their snapshots of
/// before, if the user agrees.
struct RollbackOffer {
  /// Which machines the user wants to go back.
  enum Answer: Equatable { case none, target, both }

  let request: SyncRequest
  let stream: SessionStream
  let questions: Questions
  let snapshots: [Snapshot]
  let hostname: String
  /// The options that name the snapshot directory.
  let place: [String]

  /// Whether there is something to offer: only after a failure that came after a change of
  /// something of the user's, and never after Ctrl+C.
  static func isDue(after ending: Ending, _ snapshots: [Snapshot], hasWritten: Bool) -> Bool {
    guard case .failed = ending, hasWritten else { return false }
    return snapshots.contains { $0.kind == .preSync }
  }

  /// Whether a module that failed of `error` may have changed something: with 3 and 4 it did not,
  /// and where its error says `written` false.
  static func mayHaveWritten(_ error: any Error) -> Bool {
    guard let error = error as? any ToolError else { return true }
    if error.exitStatus == .conflicts || error.exitStatus == .refused { return false }
    return error.context["written"] != false
  }

  /// A word may be cut short; what is no answer is a no.
  static func read(_ answer: String?) -> Answer {
    switch answer?.lowercased() ?? "" {
    case "y", "yes": .target
    case "b", "both": .both
    default: .none
    }
  }

  func make(_ runner: ToolRunner) async {
    let runner = runner.unleashed
    do {
      // It logs what would go back, which later work would be put aside, and where that will lie.
      try await runner.succeed(call(["--dry-run"], at: .there))
    } catch {
      stream.log(.warning, "\(hostname) cannot be rolled back: \(error)")
      return sayWhere()
    }
    let question =
      "The sync failed after it had changed something on \(hostname). Roll \(hostname) back to"
      + " before it (y), or both machines (both)? [y/both/N] "
    let answer = Self.read(await questions.ask(question, choices: ["y", "both", "n"]))
    guard answer != .none else { return sayWhere() }
    do {
      // The target first: while it cannot be rolled back, nothing is.
      try await runner.succeed(call(["--yes"], at: .there))
      if answer == .both { try await runner.succeed(call(["--yes"], at: .here)) }
    } catch {
      stream.log(.error, "rollback: \(error)")
    }
  }

  private func call(_ options: [String], at machine: ToolCall.Place) -> ToolCall {
    ToolCall(
      "pcs-snapshot", ["rollback", "--session", request.session] + options + place, at: machine)
  }

  private func sayWhere() {
    for snapshot in snapshots where snapshot.kind == .preSync {
      stream.log(.warning, "\(snapshot.hostname): before the sync: \(snapshot.snapshotPath)")
    }
  }
}
