import PCSCore
import Testing

@testable import pcs_sync

/// Requirement S3: what the memories of both machines say together.
@Suite struct GateVerdictTests {
  private func open(_ id: String, minute: Int64 = 0, number: Int? = nil) -> GateJudgement {
    GateJudgement(
      lastWithPeer: .fixture(id, minute: minute, number: number), highestNumber: number ?? 0,
      timestamp: Timestamp(milliseconds: 0))
  }

  private func verdict(_ source: GateJudgement, _ target: GateJudgement?) -> GateVerdict {
    GateVerdict(source: source, target: target, hostname: "vega")
  }

  @Test("S3: a target without our tools is a first sync") func noToolsIsAFirstSync() {
    let found = verdict(open("1"), nil)
    #expect(found.findings.map(\.verdict) == [.firstSync])
    #expect(found.isFirstSync == false)
    #expect(found.warning == nil)
  }

  @Test("S3: machines that agree say nothing") func agreeingIsSilent() {
    let found = verdict(open("1"), open("1"))
    #expect(found.findings == [])
    #expect(found.warning == nil)
    let first = GateJudgement(findings: [SyncGate.Finding(.firstSync, "never")])
    #expect(verdict(first, first).warning == nil)
  }

  @Test("S3: of machines that disagree the newer memory counts") func theNewerCounts() {
    let there = verdict(open("1"), open("2", minute: 1))
    #expect(
      there.warning
        == "the two machines remember different last syncs (1 here, 2 there); what the target"
        + " remembers counts, which is newer")
    #expect(there.newerHere == nil)
    let here = verdict(open("3", minute: 2), open("2", minute: 1))
    #expect(here.warning?.hasSuffix("what this machine remembers counts, which is newer") == true)
    #expect(here.newerHere == open("3", minute: 2).lastWithPeer)
  }

  @Test("S3: machines of which one knows nothing say so") func oneThatKnowsNothingIsAWarning() {
    let first = GateJudgement(findings: [SyncGate.Finding(.firstSync, "never")])
    #expect(verdict(first, open("2")).warning?.contains("none here") == true)
    #expect(verdict(open("1"), first).warning?.contains("none there") == true)
  }

  @Test("I3: a session without an end is said once, whoever remembers it")
  func diedSessionsAreSaidOnce() {
    var (here, there) = (open("1"), open("1"))
    here.unfinished = .fixture("2", state: .executing)
    #expect(verdict(here, there).died.count == 1)
    there.unfinished = here.unfinished
    let died = verdict(here, there).died
    #expect(
      died == [
        "the last sync (2, atlas to vega, at 1970-01-01T00:00:00.000Z) died while EXECUTING"
      ])
    there.unfinished = .fixture("3", state: .cleanup)
    #expect(verdict(here, there).died.count == 2)
  }

  @Test("S3: a target that does not know us is a first sync, whatever we remember")
  func theTargetsMemoryGuardsTheTarget() {
    let first = GateJudgement(findings: [SyncGate.Finding(.firstSync, "never")])
    #expect(verdict(open("1"), first).findings.map(\.verdict) == [.firstSync])
  }

  @Test("U2: which memory is newer the numbers say, not the times") func theNumberIsNewer() {
    let ahead = verdict(open("1", minute: 120, number: 1), open("2", minute: 1, number: 2))
    #expect(ahead.newerHere == nil)
    #expect(verdict(open("2", number: 2), open("1", minute: 120, number: 1)).newerHere != nil)
  }

  @Test("U2: the number of a session is one more than the highest of both machines")
  func theNumberIsAgreed() {
    #expect(verdict(open("1", number: 4), open("1", number: 9)).number == 10)
    #expect(verdict(open("1", number: 9), open("1", number: 4)).number == 10)
    #expect(verdict(open("1", number: 9), nil).number == 10)
    #expect(verdict(GateJudgement(), GateJudgement()).number == 1)
  }

  @Test("S3: a first sync is one that neither machine remembers another before")
  func aFirstSyncIsKnownToNeither() {
    let none = GateJudgement(findings: [SyncGate.Finding(.firstSync, "never")])
    #expect(verdict(none, none).isFirstSync && verdict(none, nil).isFirstSync)
    #expect(!verdict(open("1"), none).isFirstSync && !verdict(none, open("1")).isFirstSync)
  }

  @Test("S3: a new machine-id of a target that knows us is asked about")
  func aNewMachineIDIsAskedAbout() {
    var known = verdict(GateJudgement(), open("1"))
    #expect(known.knownThere?.session.id == "1")
    #expect(known.findings == [])
    known.noteNewMachineID(.fixture("1"), hostname: "vega")
    #expect(known.findings.map(\.verdict) == [.firstSync])
    #expect(known.findings[0].reason.contains("another machine-id"))
    #expect(verdict(open("1"), open("1")).knownThere == nil)
  }
}
