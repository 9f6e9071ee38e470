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
  ///
  /// `numbers` are those of the sessions that have one, by their ids.
  package func expired(
    _ snapshots: [Snapshot], numbers: [String: Int] = [:], pinned: Set<String> = [],
    now: Timestamp
  ) -> [Snapshot] {
    let sessions = Session.inOrder(snapshots, numbers).dropLast(max(0, keepRecent))
    return sessions.filter { !pinned.contains($0.id) && isOld($0.newest, now) }
      .flatMap { $0.members.sorted { $0.snapshotPath < $1.snapshotPath } }
  }

  private func isOld(_ moment: Timestamp, _ now: Timestamp) -> Bool {
    guard let maximumAge else { return true }
    return Double(now.milliseconds - moment.milliseconds) / 1000 >= maximumAge.seconds
  }
}

extension Retention {
  /// The snapshots of one session.
  private struct Session: Comparable {
    let id: String
    var number: Int
    let generation: UInt64
    let newest: Timestamp
    let members: [Snapshot]

    init(_ id: String, _ members: [Snapshot], number: Int) {
      self.id = id
      self.number = number
      self.members = members
      generation = members.map(\.generation).max() ?? 0
      newest = members.map(\.timestamp).max() ?? Timestamp(milliseconds: 0)
    }

    static func < (left: Session, right: Session) -> Bool {
      if left.number != right.number { return left.number < right.number }
      if left.generation != right.generation { return left.generation < right.generation }
      return (left.newest, left.id) < (right.newest, right.id)
    }

    /// The oldest session first: by number, and where there is none by generation, which grows with
    /// each transaction of a file system whatever the clock says.
    static func inOrder(_ snapshots: [Snapshot], _ numbers: [String: Int]) -> [Session] {
      var sessions = Dictionary(grouping: snapshots, by: \.sessionID)
        .map { Session($0.key, $0.value, number: 0) }.sorted()
      var number = 0
      for index in sessions.indices {
        number = max(number, numbers[sessions[index].id] ?? 0)
        sessions[index].number = numbers[sessions[index].id] ?? number
      }
      return sessions.sorted()
    }
  }
}
