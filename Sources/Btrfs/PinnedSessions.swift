package import PCSCore

/// The sessions whose snapshots the next sync builds upon: the newest two that were completed
/// with each peer, for 90 days.
package struct PinnedSessions: Sendable, Equatable {
  package static let lifetime = Duration.seconds(90 * 86400)

  /// Those that stay.
  package let current: Set<String>
  /// Those that stayed until now and may go, since they are too old.
  package let expired: Set<String>

  package init(_ records: [SessionRecord], now: Timestamp) {
    let completed = records.filter { $0.session.state == .completed && !$0.isRolledBack }
    let newest = Dictionary(grouping: completed, by: \.peer.machineID).values.flatMap { ofPeer in
      ofPeer.sorted { $0.session.timestamp < $1.session.timestamp }.suffix(2)
    }
    let isCurrent = { (record: SessionRecord) in
      let age = Double(now.milliseconds - record.session.timestamp.milliseconds) / 1000
      return age < Self.lifetime.seconds
    }
    current = Set(newest.filter(isCurrent).map(\.session.id))
    expired = Set(newest.filter { !isCurrent($0) }.map(\.session.id))
  }

  /// What this machine's history says; history that cannot be read is an error.
  package static func read(now: Timestamp = .now) throws -> PinnedSessions {
    PinnedSessions(try SessionHistory().records(), now: now)
  }
}
