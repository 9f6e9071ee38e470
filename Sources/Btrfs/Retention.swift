package import PCSCore

/// Which sessions' snapshots may go; a session's snapshots go together.
package struct Retention: Sendable, Equatable {
  /// How many of the newest sessions always stay.
  package let keepRecent: Int
  /// Only what is older may go; nil for any age.
  package let maximumAge: Duration?

  package init(keepRecent: Int, maximumAge: Duration?) {
    self.keepRecent = keepRecent
    self.maximumAge = maximumAge
  }

  /// The snapshots that may go at `now`, oldest session first; the sessions in `pinned` stay.
  package func expired(
    _ snapshots: [Snapshot], pinned: Set<String> = [], now: Timestamp
  ) -> [Snapshot] {
    let sessions = Dictionary(grouping: snapshots, by: \.sessionID)
      .map { id, members in
        (id: id, moment: members.map(\.timestamp).max() ?? now, members: members)
      }
      .sorted { ($0.moment, $0.id) < ($1.moment, $1.id) }
    return sessions.dropLast(max(0, keepRecent))
      .filter { !pinned.contains($0.id) && isOld($0.moment, now) }
      .flatMap { $0.members.sorted { $0.snapshotPath < $1.snapshotPath } }
  }

  private func isOld(_ moment: Timestamp, _ now: Timestamp) -> Bool {
    guard let maximumAge else { return true }
    return Double(now.milliseconds - moment.milliseconds) / 1000 >= maximumAge.seconds
  }
}
