package import PCSCore

/// The sessions whose snapshots the next sync builds upon: the newest two that were completed
/// with each peer, for 90 days.
package struct PinnedSessions: Sendable, Equatable {
  package static let lifetime = Duration.seconds(90 * 86400)
  /// How long before its end a pin is about to expire.
  package static let notice = Duration.seconds(7 * 86400)

  /// A session whose snapshots are kept, and until when.
  package struct Pin: Sendable, Equatable {
    package let sessionID: String
    /// The name of the other machine.
    package let peer: String
    package let expires: Timestamp
    /// Whether it is the newest with that machine, and so what the next sync builds upon.
    package let isNewest: Bool
  }

  /// Of each peer the newest two, whether they are past their time or not.
  package let pins: [Pin]
  private let now: Timestamp

  package init(_ records: [SessionRecord], now: Timestamp) {
    self.now = now
    let completed = records.filter { $0.session.state == .completed && !$0.isRolledBack }
    pins = Dictionary(grouping: completed, by: \.peer.machineID).values.flatMap { ofPeer in
      let newest = ofPeer.inOrder.suffix(2)
      return newest.map { Pin($0, isNewest: $0 == newest.last) }
    }.sorted { ($0.expires, $0.sessionID) < ($1.expires, $1.sessionID) }
  }

  /// Those that stay.
  package var current: Set<String> { Set(pins.filter { now < $0.expires }.map(\.sessionID)) }

  /// Those that stayed until now and may go, since they are too old.
  package var expired: Set<String> { Set(pins.filter { $0.expires <= now }.map(\.sessionID)) }

  /// Those that stay, but not for long.
  package var expiring: [Pin] {
    pins.filter { now < $0.expires && $0.expires <= now.advanced(by: Self.notice) }
  }
}

extension PinnedSessions.Pin {
  fileprivate init(_ record: SessionRecord, isNewest: Bool) {
    sessionID = record.session.id
    peer = record.peer.hostname
    // By this machine's clock; the time of the session is by the source's.
    expires = record.updated.advanced(by: PinnedSessions.lifetime)
    self.isNewest = isNewest
  }

  /// What people are told while there is time.
  package var warning: String {
    "the snapshots of session \(sessionID) with \(peer) are kept until"
      + " \(expires.description.prefix(10)) only"
      + (isNewest ? ": unless there is a sync before, the next one has to compare everything" : "")
  }

  /// The facts of it, for scripts.
  package var context: [String: JSON] {
    [
      "waits": "pin", "waiting_session": .string(sessionID), "peer": .string(peer),
      "expires": .string(expires.description),
    ]
  }
}
