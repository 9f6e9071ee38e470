import PCSCore
import Testing

/// Requirement S3: the gates, judged from what one machine remembers of syncs with `vega`.
@Suite struct SyncGateTests {
  private typealias Record = SessionRecord

  private func judge(
    _ records: [SessionRecord], _ role: SessionRecord.Role, changed: [String] = []
  ) -> GateJudgement {
    SyncGate.judge(records, peer: "id of vega", role: role, hostname: "atlas") { _ in
      SyncGate.Changes(paths: changed, latest: Timestamp(milliseconds: 0))
    }
  }

  private func verdict(
    _ records: [SessionRecord], _ role: SessionRecord.Role, changed: [String] = []
  ) -> SyncGate.Verdict {
    judge(records, role, changed: changed).findings.first?.verdict ?? .open
  }

  @Test("S3: no history is a first sync", arguments: Record.Role.allCases)
  func noHistoryIsAFirstSync(_ role: SessionRecord.Role) {
    let judgement = judge([], role)
    #expect(judgement.findings.map(\.verdict) == [.firstSync])
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
        #expect(judgement.findings == [])
        #expect(judgement.lastWithPeer == record)
      }
    }
  }

  @Test(
    "S3: a session that did not complete is no sync",
    arguments: SessionState.allCases.filter { $0 != .completed })
  func whatDidNotCompleteDoesNotCount(_ state: SessionState) {
    #expect(verdict([.fixture(state: state)], .target) == .firstSync)
    let records = [
      Record.fixture("1"), .fixture("2", peer: "lyra", role: .target, state: state, minute: 1),
    ]
    #expect(verdict(records, .target) == .open)
  }

  @Test("S3: a session that was rolled back is no sync") func rolledBackDoesNotCount() {
    #expect(verdict([.fixture(isRolledBack: true)], .target) == .firstSync)
    let records = [
      Record.fixture("1"),
      .fixture("2", peer: "lyra", role: .target, minute: 1, isRolledBack: true, hasWritten: true),
    ]
    #expect(verdict(records, .target) == .open)
  }

  @Test("S3: a target that another machine has written to since is out of order")
  func anotherPeerSinceThenIsOutOfOrder() {
    let records = [
      Record.fixture("1", role: .target), .fixture("2", peer: "lyra", role: .target, minute: 1),
    ]
    let judgement = judge(records, .target)
    #expect(judgement.findings.map(\.verdict) == [.outOfOrder])
    #expect(
      judgement.findings.first?.reason
        == "atlas was last synced with lyra, 2025-11-15T12:01:00.000Z")
    #expect(judgement.lastWithPeer?.session.id == "1")
    #expect(verdict(records + [.fixture("3", role: .target, minute: 2)], .target) == .open)
    #expect(verdict(records, .source) == .open)
  }

  @Test("S3: a session in which the target was the source says nothing")
  func aSyncFromTheTargetSaysNothing() {
    let records = [Record.fixture("1", role: .target), .fixture("2", peer: "lyra", minute: 1)]
    #expect(verdict(records, .target) == .open)
    #expect(verdict(records, .target, changed: ["/home/ada/x"]) == .outOfOrder)
    let other = [Record.fixture("1", peer: "lyra", role: .target), .fixture("2", minute: 1)]
    #expect(verdict(other, .target) == .outOfOrder)
  }

  @Test("S3: a session that failed after it had written counts as one that wrote")
  func aFailedSessionMayHaveWritten() {
    func records(_ hasWritten: Bool?) -> [SessionRecord] {
      [
        .fixture("1", role: .target),
        .fixture(
          "2", peer: "lyra", role: .target, state: .failed, minute: 1, hasWritten: hasWritten),
      ]
    }
    #expect(verdict(records(true), .target) == .outOfOrder)
    #expect(verdict(records(false), .target) == .open)
    #expect(verdict(records(nil), .target) == .open)
  }

  @Test("S3: a machine that is new to the target which a third one wrote to needs both options")
  func aNewMachineAndAThirdOne() {
    let judgement = judge([.fixture("1", peer: "lyra", role: .target)], .target)
    #expect(judgement.findings.map(\.verdict) == [.firstSync, .outOfOrder])
    let error = GateError(judgement.findings)
    #expect(error?.description.contains("atlas was last synced with lyra") == true)
    #expect(
      error?.hint
        == "if what is there may be replaced: --allow-first-sync --allow-out-of-order")
  }

  @Test("S3 U2: the number of a session decides which was last, not its time")
  func theNumberDecidesWhichWasLast() {
    let records = [
      Record.fixture("1", peer: "lyra", role: .target, minute: 120, number: 1),
      .fixture("2", role: .target, minute: 1, number: 2),
    ].inOrder
    #expect(verdict(records, .target) == .open)
    #expect(judge(records, .target).highestNumber == 2)
  }

  @Test("S3: a target that was worked on since we pushed is out of order")
  func workOnTheTargetIsOutOfOrder() {
    let pushed = [Record.fixture(role: .target)]
    let paths = (1...7).map { "/home/ada/\($0)" }
    let finding = judge(pushed, .target, changed: paths).findings.first
    #expect(finding?.verdict == .outOfOrder)
    #expect(
      finding?.reason
        == "atlas: /home/ada/1, /home/ada/2, /home/ada/3, /home/ada/4, /home/ada/5 and 2 more"
        + " changed there, at 1970-01-01T00:00:00.000Z, after the last sync from vega,"
        + " 2025-11-15T12:00:00.000Z, and nothing came back")
    #expect(finding?.wayBack == "on atlas: pcs-sync vega")
    #expect(verdict(pushed, .target) == .open)
    #expect(verdict(pushed, .source, changed: ["/home"]) == .open)
    #expect(verdict([.fixture(role: .source)], .target, changed: ["/home"]) == .open)
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

  @Test("S3 U2: of one session the record that went further counts, whatever the clocks said")
  func theRecordThatWentFurtherCounts() {
    let begun = Record.fixture("3", role: .target, state: .executing, minute: 2)
    let own = [Record.fixture("1", role: .target), begun]
    let known = SyncGate.adding(peers("3", minute: 2, updated: -9), of: "id of vega", to: own)
    #expect(known.map(\.session.state) == [.completed, .completed])
    let taken = [own[0], .fixture("3", role: .target, minute: 2, isRolledBack: true)]
    let same = SyncGate.adding(peers("3", minute: 2, updated: 9), of: "id of vega", to: taken)
    #expect(same == taken)
  }

  @Test func theSourceMayHaveSyncedWithOthers() {
    #expect(verdict([.fixture("1"), .fixture("2", peer: "lyra", minute: 1)], .source) == .open)
  }

  @Test("S3: neither option covers the other") func eachGateHasItsOption() throws {
    let first = try #require(GateError(judge([], .target).findings))
    #expect(first.id == "gate.first_sync")
    #expect(first.hint == "if what is there may be replaced: --allow-first-sync")
    #expect(first.exitStatus == .refused)
    let second = try #require(
      GateError(judge([Record.fixture(role: .target)], .target, changed: ["/x"]).findings))
    #expect(second.id == "gate.out_of_order")
    #expect(
      second.hint
        == "to bring it back first, on atlas: pcs-sync vega; if what is there may be replaced:"
        + " --allow-out-of-order")
    #expect(GateError([]) == nil)
  }

  @Test("S3: the line of a version with a single verdict is read") func anOldLineIsRead() throws {
    let line: JSON = ["verdict": "out_of_order", "reason": "it was", "last_with_peer": nil]
    let read: GateJudgement = try line.decode()
    #expect(read.findings == [SyncGate.Finding(.outOfOrder, "it was")])
    #expect(read.highestNumber == 0)
    let judgement = judge([.fixture("1", peer: "lyra", role: .target, number: 4)], .target)
    let again: GateJudgement = try JSON(encoding: judgement).decode()
    #expect(again.findings == judgement.findings)
    #expect(again.highestNumber == 4)
    #expect(try JSON(encoding: judgement)["verdict"] == "first_sync")
  }
}
