/// Whether a sync may go ahead, judged from the history of one machine.
package enum SyncGate {
  package enum Verdict: String, Codable, Sendable, Equatable {
    case open
    case firstSync = "first_sync"
    case outOfOrder = "out_of_order"
  }

  /// A closed gate. Each is opened by an option of its own.
  package struct Finding: Codable, Sendable, Equatable {
    package var verdict: Verdict
    /// Why, for people: a sentence that names the machine.
    package var reason: String
    /// What to do first, so that nothing has to be replaced; nil where there is no such way.
    @Nullable package var wayBack: String?

    private enum CodingKeys: String, CodingKey {
      case verdict, reason
      case wayBack = "way_back"
    }

    package init(_ verdict: Verdict, _ reason: String, wayBack: String? = nil) {
      self.verdict = verdict
      self.reason = reason
      self.wayBack = wayBack
    }
  }

  /// What was changed on a machine since a session.
  package struct Changes: Sendable, Equatable {
    package static let none = Changes(paths: [], latest: nil)
    package var paths: [String]
    /// When the last of them was changed.
    package var latest: Timestamp?

    package init(paths: [String], latest: Timestamp?) {
      self.paths = paths
      self.latest = latest
    }
  }

  /// Judges a sync with `peer` in which this machine, `hostname`, has `role`.
  ///
  /// The gates guard the target: its content is what a sync replaces. `changes` finds what was
  /// changed here since a session, and is called only where that decides.
  package static func judge(
    _ records: [SessionRecord], peer: String, role: SessionRecord.Role,
    hostname: String = Machine.hostname,
    changes: (SessionRecord) throws -> Changes = { _ in .none }
  ) rethrows -> GateJudgement {
    let withPeer = records.last { $0.peer.machineID == peer && isCompleted($0) }
    var findings: [Finding] = []
    if withPeer == nil {
      findings.append(
        Finding(
          .firstSync, "\(hostname): these two machines have never been synced with each other"))
    }
    let finding =
      try role == .target
      ? outOfOrder(records, peer: peer, hostname: hostname, changes: changes) : nil
    return GateJudgement(
      findings: findings + [finding].compactMap { $0 }, lastWithPeer: withPeer,
      unfinished: records.last.flatMap { $0.session.state.isTerminal ? nil : $0 },
      highestNumber: records.highestNumber)
  }

  /// The last sync that wrote to this machine decides; one in which it was the source does not.
  private static func outOfOrder(
    _ records: [SessionRecord], peer: String, hostname: String,
    changes: (SessionRecord) throws -> Changes
  ) rethrows -> Finding? {
    let wrote = records.last { $0.role == .target && isWritten($0) }
    if let wrote, wrote.peer.machineID != peer {
      return Finding(
        .outOfOrder,
        "\(hostname) was last synced with \(wrote.peer.hostname), \(wrote.session.timestamp)")
    }
    // The peer pushed last time as well, and nothing has come back since.
    guard let last = records.last(where: { $0.peer.machineID == peer && isCompleted($0) }),
      last.role == .target
    else { return nil }
    let changed = try changes(last)
    guard !changed.paths.isEmpty else { return nil }
    return Finding(
      .outOfOrder,
      "\(hostname): \(words(changed)), after the last sync from \(last.peer.hostname),"
        + " \(last.session.timestamp), and nothing came back",
      wayBack: "on \(hostname): pcs-sync \(address(of: last, in: records))")
  }

  private static func words(_ changes: Changes) -> String {
    let count = changes.paths.count
    let named = changes.paths.prefix(5).joined(separator: ", ")
    let rest = count > 5 ? " and \(count - 5) more" : ""
    let when = changes.latest.map { ", at \($0)" } ?? ""
    return "\(named)\(rest) changed there\(when)"
  }

  /// How the machine at the other end was called when it was synced to from here.
  private static func address(of record: SessionRecord, in records: [SessionRecord]) -> String {
    records.last { $0.role == .source && $0.peer.machineID == record.peer.machineID }?.session
      .target ?? record.peer.hostname
  }

  /// The records of this machine together with one that `peer` has of the two of them.
  ///
  /// Of one session the record that went further counts, and else ours.
  package static func adding(
    _ record: SessionRecord, of peer: String, to records: [SessionRecord]
  ) -> [SessionRecord] {
    let own = records.first { $0.session.id == record.session.id }
    if let own, progress(of: record) <= progress(of: own) { return records }
    var seenFromHere = record
    seenFromHere.role = record.role == .source ? .target : .source
    seenFromHere.peer = SessionRecord.Party(
      machineID: peer,
      hostname: record.role == .source
        ? record.session.sourceHostname : record.session.targetHostname)
    let others = records.filter { $0.session.id != record.session.id }
    return (others + [seenFromHere]).inOrder
  }

  private static func progress(of record: SessionRecord) -> Int {
    if record.isRolledBack { return 3 }
    return record.session.state.isTerminal ? 2 : record.session.state == .cleanup ? 1 : 0
  }

  private static func isCompleted(_ record: SessionRecord) -> Bool {
    record.session.state == .completed && !record.isRolledBack
  }

  /// Whether the session changed something of the user's on the target, and it was not taken back.
  private static func isWritten(_ record: SessionRecord) -> Bool {
    isCompleted(record) || record.hasWritten == true && !record.isRolledBack
  }
}
