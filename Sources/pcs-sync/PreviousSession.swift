import PCSCore

/// Finds what a module remembers: the newest session that both machines know as completed with
/// that module, and whose snapshots are still what they were.
struct PreviousSession: Sendable {
  /// The records of each machine with the other, oldest first.
  let here: [SessionRecord]
  let there: [SessionRecord]
  /// The snapshots that exist now on either machine.
  let snapshots: [Snapshot]

  /// The session for `module`, or why there is none.
  func find(_ module: String) -> (previous: Invocation.Previous?, reason: String?) {
    let known = Dictionary(there.map { ($0.session.id, $0) }) { _, last in last }
    for ours in here.reversed() where Self.isCompleted(ours, module) {
      guard let theirs = known[ours.session.id], Self.isCompleted(theirs, module) else { continue }
      guard ours.snapshots.allSatisfy(isUnchanged) else {
        return (nil, "a snapshot of session \(ours.session.id) is gone or was altered")
      }
      return (
        Invocation.Previous(
          session: ours.session, snapshots: ours.snapshots, state: ours.modules[module]?.state), nil
      )
    }
    return (nil, "no earlier sync of these two machines completed \(module)")
  }

  private func isUnchanged(_ snapshot: Snapshot) -> Bool {
    snapshots.contains { $0.uuid == snapshot.uuid && $0.generation == snapshot.generation }
  }

  private static func isCompleted(_ record: SessionRecord, _ module: String) -> Bool {
    record.session.state == .completed && !record.isRolledBack
      && record.modules[module]?.result == .success
  }
}
