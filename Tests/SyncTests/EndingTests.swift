import PCSCore
import Testing

@testable import pcs_sync

/// Which status a sync leaves with.
@Suite struct EndingTests {
  /// The statuses of a failure that a sync hands on; every other becomes 1.
  private static let handedOn: Set<Int32> = [3, 4, 5, 64, 69, 74, 75, 76, 77, 78]

  @Test(arguments: PCSCore.ExitStatus.allCases)
  func aFailureEndsWithItsStatusOrWithOne(_ status: PCSCore.ExitStatus) {
    let ending = Ending.failed(of: SyncError("x: failed", id: "x.y", exitStatus: status))
    #expect(ending.status == (Self.handedOn.contains(status.rawValue) ? status.rawValue : 1))
    let result = ending.result(session: "0badcafe", tool: "pcs-sync")
    #expect(result.status == .failed)
    #expect(result.exitCode == ending.status)
    #expect(result.error?.kind == "x.y")
    #expect(result.error?.message == "x: failed")
  }

  @Test func anErrorThatIsNoneOfOursIsOne() {
    struct Strange: Error {}
    let ending = Ending.failed(of: Strange())
    #expect(ending.status == 1)
    #expect(ending.result(session: "0badcafe", tool: "pcs-sync").error?.kind == "software")
  }

  @Test func aFailureAlwaysSaysSomething() {
    let result = Ending.failed(nil, .failure).result(session: "0badcafe", tool: "pcs-sync")
    #expect(result.error?.kind == "sync.failed")
  }

  @Test(arguments: [(2, 130), (15, 143), (1, 129)] as [(Int32, Int32)])
  func anAbortHasTheStatusOfItsSignal(signal: Int32, status: Int32) {
    let result = Ending.aborted(signal: signal).result(session: "0badcafe", tool: "pcs-sync")
    #expect(result.exitCode == status)
    #expect(result.status == .aborted)
    #expect(result.error?.message == "Sync interrupted by user")
  }

  @Test func completedIsZero() {
    let result = Ending.completed.result(session: "0badcafe", tool: "pcs-sync")
    #expect(result.exitCode == 0)
    #expect(result.status == .success)
    #expect(result.error == nil)
  }

  @Test func partialIsCompletedWithTwo() {
    let result = Ending.partial.result(session: "0badcafe", tool: "pcs-sync")
    #expect(Ending.partial.state == .completed)
    #expect(result.exitCode == 2)
    #expect(result.status == .success)
    #expect(result.error == nil)
  }
}
