/// Whether a sync may go ahead, judged from what one machine remembers.
package enum SyncGate {
  package enum Verdict: String, Codable, Sendable, Equatable {
    case open
    case firstSync = "first_sync"
    case outOfOrder = "out_of_order"
  }

  /// The verdict with the session it rests on.
  package struct Judgement: Codable, Sendable, Equatable {
    package var verdict: Verdict
    /// Why, for people; nil when open.
    package var reason: String?
    /// The newest session with this peer.
    package var lastWithPeer: SessionRecord?
    /// The newest session of all, if it has no end: it runs, or it died.
    package var unfinished: SessionRecord?

    private enum CodingKeys: String, CodingKey {
      case verdict, reason
      case lastWithPeer = "last_with_peer"
      case unfinished
    }

    package init(verdict: Verdict, reason: String? = nil, lastWithPeer: SessionRecord? = nil) {
      self.verdict = verdict
      self.reason = reason
      self.lastWithPeer = lastWithPeer
    }
  }

  /// Judges a sync with `peer` in which this machine has `role`.
  ///
  /// The gates guard the target: its content is what a sync replaces. `changes` names what was
  /// written here since a session, and is asked only where that decides.
  package static func judge(
    _ records: [SessionRecord], peer: String, role: SessionRecord.Role,
    changes: (SessionRecord) throws -> [String] = { _ in [] }
  ) rethrows -> Judgement {
    var judgement = try verdict(records, peer: peer, role: role, changes: changes)
    judgement.unfinished = records.last.flatMap { $0.session.state.isTerminal ? nil : $0 }
    return judgement
  }

  private static func verdict(
    _ records: [SessionRecord], peer: String, role: SessionRecord.Role,
    changes: (SessionRecord) throws -> [String]
  ) rethrows -> Judgement {
    let reached = records.filter { !$0.isRolledBack && reachedTheTarget($0) }
    let withPeer = reached.last { $0.peer.machineID == peer }
    guard let withPeer else {
      return Judgement(
        verdict: .firstSync, reason: "these two machines have never been synced with each other")
    }
    if role == .target, let last = reached.last, last.peer.machineID != peer {
      return Judgement(
        verdict: .outOfOrder,
        reason: "it was last synced with \(last.peer.hostname), at \(last.session.timestamp)",
        lastWithPeer: withPeer)
    }
    // The peer pushed last time as well: nothing has come back yet.
    if role == .target, withPeer.role == .target {
      let changed = try changes(withPeer)
      if !changed.isEmpty {
        return Judgement(
          verdict: .outOfOrder,
          reason: "\(changed.joined(separator: ", ")) was written there since the last sync, at"
            + " \(withPeer.session.timestamp), and nothing came back", lastWithPeer: withPeer)
      }
    }
    return Judgement(verdict: .open, lastWithPeer: withPeer)
  }

  /// What this machine remembers together with the newest that `peer` does of the two of them: of
  /// one session the record that was written later counts.
  package static func adding(
    _ record: SessionRecord, of peer: String, to records: [SessionRecord]
  ) -> [SessionRecord] {
    let own = records.first { $0.session.id == record.session.id }
    if let own, record.updated <= own.updated { return records }
    var seenFromHere = record
    seenFromHere.role = record.role == .source ? .target : .source
    seenFromHere.peer = SessionRecord.Party(
      machineID: peer,
      hostname: record.role == .source
        ? record.session.sourceHostname : record.session.targetHostname)
    let others = records.filter { $0.session.id != record.session.id }
    return (others + [seenFromHere]).sorted { $0.session.timestamp < $1.session.timestamp }
  }

  /// Whether the session completed; one that ended before left the target as it was, or is made
  /// good by the next.
  private static func reachedTheTarget(_ record: SessionRecord) -> Bool {
    record.session.state == .completed
  }
}
