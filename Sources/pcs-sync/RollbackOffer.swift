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
  /// The target's name.
  let hostname: String
  /// The options that name the snapshot directory.
  let place: [String]

  /// Whether there is something to offer: only after a failure, never after Ctrl+C, and only if
  /// something of the user's was changed, or nobody knows.
  static func isDue(after ending: Ending, _ snapshots: [Snapshot], hasWritten: Bool?) -> Bool {
    guard case .failed = ending, hasWritten != false else { return false }
    return snapshots.contains { $0.kind == .preSync }
  }

  /// Whether a module that failed of `error` changed something of the user's; nil where it was
  /// ended and had no word.
  ///
  /// With 3 and 4 it did not, nor where `written` is false in the error's context.
  static func hasWritten(_ error: any Error) -> Bool? {
    guard let error = error as? any ToolError else { return nil }
    if error.exitStatus == .conflicts || error.exitStatus == .refused { return false }
    return error.context["written"] != false
  }

  /// Reads an answer; anything else is a no.
  static func read(_ answer: String?) -> Answer {
    switch answer?.lowercased() ?? "" {
    case "y", "yes": .target
    case "b", "both": .both
    default: .none
    }
  }

  func make(_ runner: ToolRunner) async {
    let runner = runner.unleashed
    guard await isPossible(at: .there, runner) else { return namePlaces() }
    let isBoth = await isPossible(at: .here, runner)
    let question =
      "The sync failed after it had changed something. Roll \(hostname) back to before it (y)"
      + (isBoth ? ", or \(hostname) and \(Machine.hostname) (both)? [y/both/N] " : "? [y/N] ")
    let choices = isBoth ? ["y", "both", "n"] : ["y", "n"]
    let answer = Self.read(await questions.ask(question, choices: choices))
    guard answer == .target || answer == .both && isBoth else { return namePlaces() }
    do {
      // The target first: while it cannot be rolled back, nothing is.
      try await rollBack(answer == .both ? [.there, .here] : [.there], runner)
    } catch {
      stream.log(.error, "rollback: \(error)")
    }
  }

  private func rollBack(_ machines: [ToolCall.Place], _ runner: ToolRunner) async throws {
    for machine in machines { try await runner.succeed(call("--yes", at: machine)) }
  }

  /// Logs the snapshots to which one can go back later.
  func namePlaces() {
    for snapshot in snapshots where snapshot.kind == .preSync {
      stream.log(.warning, "\(snapshot.hostname): before the sync: \(snapshot.snapshotPath)")
    }
  }

  /// Has a dry run log what would go back, which later work would be put aside, and where that will
  /// lie; returns false, having said why, where a rollback would be refused.
  private func isPossible(at machine: ToolCall.Place, _ runner: ToolRunner) async -> Bool {
    do {
      try await runner.succeed(call("--dry-run", at: machine))
      return true
    } catch {
      let name = machine == .there ? hostname : Machine.hostname
      stream.log(.warning, "\(name) cannot be rolled back: \(error)")
      return false
    }
  }

  private func call(_ option: String, at machine: ToolCall.Place) -> ToolCall {
    ToolCall(
      "pcs-snapshot", ["rollback", "--session", request.session, option] + place, at: machine)
  }
}
