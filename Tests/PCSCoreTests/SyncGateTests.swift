import PCSCore
import Testing

/// Requirement S3: the gates, judged from what one machine remembers of syncs with `vega`.
@Suite struct SyncGateTests {
  private typealias Record = SessionRecord

  private func judge(
    _ records: [SessionRecord], _ role: SessionRecord.Role, changed: [String] = []
  ) -> SyncGate.Judgement {
    SyncGate.judge(records, peer: "id of vega", role: role) { _ in changed }
  }

  private func verdict(
    _ records: [SessionRecord], _ role: SessionRecord.Role, changed: [String] = []
  ) -> SyncGate.Verdict {
    judge(records, role, changed: changed).verdict
  }

  @Test("S3: no history is a first sync", arguments: Record.Role.allCases)
  func noHistoryIsAFirstSync(_ role: SessionRecord.Role) {
    let judgement = judge([], role)
    #expect(judgement.verdict == .firstSync)
    #expect(judgement.lastWithPeer == nil)
    #expect(verdict([.fixture(peer: "lyra", role: role)], role) == .firstSync)
  }

  @Test("I3: the newest session is unfinished when it has no end")
  func theNewestSessionMayBeUnfinished() {
    let died = Record.fixture("2", state: .executing, minute: 2)
    #expect(judge([.fixture("1"), died], .source).unfinished == died)
    #expect(judge([died, .fixture("3", minute: 3)], .source).unfinished == nil)
    #expect(judge([.fixture("1", state: .failed)], .source).unfinished == nil)
  }

  @Test("S3: a completed sync with the peer, in either role, opens the gate")
  func aCompletedSyncOpensTheGate() {
    for role in Record.Role.allCases {
      for earlier in Record.Role.allCases {
        let record = Record.fixture(role: earlier)
        let judgement = judge([record], role)
        #expect(judgement.verdict == .open)
        #expect(judgement.lastWithPeer == record)
        #expect(judgement.reason == nil)
      }
    }
  }

  @Test(
    "S3: a session that did not complete is no sync",
    arguments: SessionState.allCases.filter { $0 != .completed })
  func whatDidNotCompleteDoesNotCount(_ state: SessionState) {
    #expect(verdict([.fixture(state: state)], .target) == .firstSync)
    let records = [Record.fixture("1"), .fixture("2", peer: "lyra", state: state, minute: 1)]
    #expect(verdict(records, .target) == .open)
  }

  @Test("S3: a session that was rolled back is no sync") func rolledBackDoesNotCount() {
    #expect(verdict([.fixture(isRolledBack: true)], .target) == .firstSync)
    let records = [Record.fixture("1"), .fixture("2", peer: "lyra", minute: 1, isRolledBack: true)]
    #expect(verdict(records, .target) == .open)
  }

  @Test("S3: a target that was last synced with another is out of order")
  func anotherPeerSinceThenIsOutOfOrder() {
    let records = [Record.fixture("1"), .fixture("2", peer: "lyra", minute: 1)]
    let judgement = judge(records, .target)
    #expect(judgement.verdict == .outOfOrder)
    #expect(judgement.reason == "it was last synced with lyra, at 2025-11-15T12:01:00.000Z")
    #expect(judgement.lastWithPeer?.session.id == "1")
    #expect(verdict(records + [.fixture("3", minute: 2)], .target) == .open)
  }

  @Test("S3: a target that was worked on since we pushed is out of order")
  func workOnTheTargetIsOutOfOrder() {
    let pushed = [Record.fixture(role: .target)]
    let judgement = judge(pushed, .target, changed: ["@home", "@"])
    #expect(judgement.verdict == .outOfOrder)
    #expect(
      judgement.reason
        == "@home, @ was written there since the last sync, at 2025-11-15T12:00:00.000Z,"
        + " and nothing came back")
    #expect(verdict(pushed, .target) == .open)
    #expect(verdict(pushed, .source, changed: ["@home"]) == .open)
    #expect(verdict([.fixture(role: .source)], .target, changed: ["@home"]) == .open)
  }

  /// What the peer remembers, as it has written it.
  private func peers(_ id: String, minute: Int64, updated: Int64? = nil) -> SessionRecord {
    var record = Record.fixture(id, peer: "atlas", role: .source, minute: minute)
    record.session.sourceHostname = "vega"
    record.session.targetHostname = "atlas"
    record.updated = Record.fixture(minute: updated ?? minute).updated
    return record
  }

  @Test("S3: what the peer remembers counts where it is newer") func thePeersNewerRecordCounts() {
    let lyra = Record.fixture("2", peer: "lyra", role: .target, minute: 1)
    let own = [Record.fixture("1", role: .target), lyra]
    #expect(verdict(own, .target) == .outOfOrder)
    let known = SyncGate.adding(peers("3", minute: 2), of: "id of vega", to: own)
    #expect(known.map(\.session.id) == ["1", "2", "3"])
    #expect(known.last?.role == .target)
    #expect(known.last?.peer == own[0].peer)
    #expect(verdict(known, .target) == .open)
    #expect(verdict(known, .target, changed: ["@home"]) == .outOfOrder)
    let older = SyncGate.adding(peers("0", minute: -1), of: "id of vega", to: own)
    #expect(verdict(older, .target) == .outOfOrder)
  }

  @Test("S3: of one session the record that was written later counts")
  func theLaterRecordOfASessionCounts() {
    var rolledBack = Record.fixture("3", role: .target, minute: 2, isRolledBack: true)
    rolledBack.updated = Record.fixture(minute: 5).updated
    let own = [Record.fixture("1", role: .target), rolledBack]
    let before = SyncGate.adding(peers("3", minute: 2, updated: 3), of: "id of vega", to: own)
    #expect(before == own)
    let after = SyncGate.adding(peers("3", minute: 2, updated: 6), of: "id of vega", to: own)
    #expect(after.map(\.isRolledBack) == [false, false])
  }

  @Test func theSourceMayHaveSyncedWithOthers() {
    #expect(verdict([.fixture("1"), .fixture("2", peer: "lyra", minute: 1)], .source) == .open)
  }

  @Test("S3: neither option covers the other") func eachGateHasItsOption() throws {
    let first = try #require(
      GateError(judge([], .target), hostname: "vega"))
    #expect(first.id == "gate.first_sync")
    #expect(first.option == "--allow-first-sync")
    #expect(first.exitStatus == .refused)
    let records = [Record.fixture("1"), .fixture("2", peer: "lyra", minute: 1)]
    let judgement = judge(records, .target)
    let second = try #require(GateError(judgement, hostname: "atlas"))
    #expect(second.id == "gate.out_of_order")
    #expect(second.option == "--allow-out-of-order")
    #expect(second.description.hasPrefix("atlas: it was last synced with lyra"))
    #expect(GateError(SyncGate.Judgement(verdict: .open), hostname: "atlas") == nil)
  }
}
