import PCSCore
import Testing

@testable import pcs_sync

/// Requirement S3: what the memories of both machines say together.
@Suite struct GateVerdictTests {
  private func open(_ id: String, minute: Int64 = 0) -> SyncGate.Judgement {
    SyncGate.Judgement(verdict: .open, lastWithPeer: .fixture(id, minute: minute))
  }

  @Test("S3: a target without our tools is a first sync") func noToolsIsAFirstSync() {
    let verdict = GateVerdict(source: open("1"), target: nil)
    #expect(verdict.judgement.verdict == .firstSync)
    #expect(verdict.judgement.reason?.isEmpty == false)
    #expect(verdict.warning == nil)
  }

  @Test("S3: machines that agree say nothing") func agreeingIsSilent() {
    let verdict = GateVerdict(source: open("1"), target: open("1"))
    #expect(verdict.judgement == open("1"))
    #expect(verdict.warning == nil)
    let first = SyncGate.Judgement(verdict: .firstSync, reason: "never")
    #expect(GateVerdict(source: first, target: first).warning == nil)
  }

  @Test("S3: of machines that disagree the newer memory counts") func theNewerCounts() {
    let there = GateVerdict(source: open("1"), target: open("2", minute: 1))
    #expect(
      there.warning
        == "the two machines remember different last syncs (1 here, 2 there); what the target"
        + " remembers counts, which is newer")
    #expect(there.newerHere == nil)
    #expect(there.judgement == open("2", minute: 1))
    let here = GateVerdict(source: open("3", minute: 2), target: open("2", minute: 1))
    #expect(here.warning?.hasSuffix("what this machine remembers counts, which is newer") == true)
    #expect(here.newerHere == open("3", minute: 2).lastWithPeer)
  }

  @Test("S3: machines of which one knows nothing say so") func oneThatKnowsNothingIsAWarning() {
    let first = SyncGate.Judgement(verdict: .firstSync, reason: "never")
    #expect(GateVerdict(source: first, target: open("2")).warning?.contains("none here") == true)
    #expect(GateVerdict(source: open("1"), target: first).warning?.contains("none there") == true)
  }

  @Test("I3: a session without an end is said once, whoever remembers it")
  func diedSessionsAreSaidOnce() {
    var (here, there) = (open("1"), open("1"))
    here.unfinished = .fixture("2", state: .executing)
    #expect(GateVerdict(source: here, target: there).died.count == 1)
    there.unfinished = here.unfinished
    let died = GateVerdict(source: here, target: there).died
    #expect(
      died == [
        "the last sync (2, atlas to vega, at 1970-01-01T00:00:00.000Z) died while EXECUTING"
      ])
    there.unfinished = .fixture("3", state: .cleanup)
    #expect(GateVerdict(source: here, target: there).died.count == 2)
  }

  @Test("S3: a target that does not know us is a first sync, whatever we remember")
  func theTargetsMemoryGuardsTheTarget() {
    let first = SyncGate.Judgement(verdict: .firstSync, reason: "never")
    #expect(GateVerdict(source: open("1"), target: first).judgement.verdict == .firstSync)
  }
}
