import PCSCore
import Testing

@testable import pcs_sync

/// Requirement U1: the snapshots that say what the source has had.
@Suite struct EvidenceTests {
  private func found(_ records: [SessionRecord], _ existing: [Snapshot]) -> [String] {
    Evidence.snapshots(of: records, existing: existing).map(\.sessionID)
  }

  @Test("U1: the snapshots of completed sessions with any peer, the newest first")
  func areThoseOfCompletedSessions() {
    var withOther = SessionRecord.fixture("2")
    withOther.peer = .init(machineID: "c", hostname: "carol")
    let existing: [Snapshot] = [.fixture(of: "1"), .fixture(of: "2"), .fixture(of: "3")]
    #expect(found([.fixture("1"), withOther, .fixture("3")], existing) == ["3", "2", "1"])
  }

  @Test("U1: what a session that did not complete, or was rolled back, left is no evidence")
  func areNoneOfOtherSessions() {
    let others: [SessionRecord] = [
      .fixture("1", state: .failed), .fixture("1", state: .executing),
      .fixture("1", isRolledBack: true),
    ]
    for other in others { #expect(found([other], [.fixture(of: "1")]).isEmpty) }
  }

  @Test("U1: a snapshot that is gone, was altered, or is another machine's is no evidence")
  func areUnchanged() {
    let records: [SessionRecord] = [.fixture("1"), .fixture("2")]
    #expect(found(records, [.fixture(of: "1")]) == ["1"])
    #expect(found(records, [.fixture(of: "1"), .fixture(of: "2", generation: 8)]) == ["1"])
    #expect(found([], [.fixture(of: "1")]).isEmpty)
  }
}
