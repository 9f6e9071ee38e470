import PCSCore

/// What the source is known to have had: its snapshots of completed sessions, with any peer.
enum Evidence {
  /// The snapshots in `existing` that a completed session of `records` made and nothing changed
  /// since; newest session first, and of one session the later ones first.
  ///
  /// A session that was rolled back is no evidence: what it brought was taken back.
  static func snapshots(of records: [SessionRecord], existing: [Snapshot]) -> [Snapshot] {
    records.reversed().filter { $0.session.state == .completed && !$0.isRolledBack }
      .flatMap { record in
        record.snapshots.reversed().compactMap { recorded in
          existing.first {
            $0.sessionID == record.session.id && $0.uuid == recorded.uuid
              && $0.generation == recorded.generation
          }
        }
      }
  }
}
