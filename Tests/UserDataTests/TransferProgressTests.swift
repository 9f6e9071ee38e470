import PCSCore
import SystemPackage
import Testing

@testable import UserData

struct TransferProgressTests {
  @Test func goesForwardOnly() {
    let amount = TransferAmount(bytes: 2_000_000, entries: 2)
    var progress = TransferProgress(folders: 2)
    var seen = [progress.fraction]
    progress.compared(amount)
    seen.append(progress.fraction)
    progress.compared(MirrorPlan().amount)
    seen.append(progress.fraction)
    progress.sent(TransferAmount(bytes: 1_000_000, entries: 1))
    seen.append(progress.fraction)
    progress.sent(TransferAmount(bytes: 0, entries: 1))
    seen.append(progress.fraction)
    progress.finished(amount)
    seen.append(progress.fraction)
    for _ in 0..<amount.entries {
      progress.placed()
      seen.append(progress.fraction)
    }
    #expect(seen == seen.sorted())
    #expect(seen[2] == 0.05)
    #expect(seen.last == 1)
  }

  /// A large file is nearly all of the work, a thousand small ones are placed as well as sent.
  @Test(arguments: [(1 << 30, 1, 0.97...1.0), (0, 1000, 0.7...0.85)])
  func followsTheWork(bytes: UInt64, entries: Int, sent: ClosedRange<Double>) {
    let amount = TransferAmount(bytes: bytes, entries: entries)
    var progress = TransferProgress(folders: 1)
    progress.compared(amount)
    progress.sent(TransferAmount(bytes: bytes / 2, entries: entries / 2))
    #expect(abs(progress.fraction - (0.05 + (sent.upperBound - 0.05) / 2)) < 0.06)
    progress.finished(amount)
    #expect(sent.contains(progress.fraction))
  }

  @Test func countsWhatIsSentOfWhatHasToBe() {
    var progress = TransferProgress(folders: 2)
    progress.compared(TransferAmount(bytes: 100, entries: 2))
    #expect(progress.amounts == nil)
    #expect(progress.costs == nil)
    progress.compared(TransferAmount(bytes: 50, entries: 1))
    progress.sent(TransferAmount(bytes: 60, entries: 1))
    #expect(
      progress.amounts
        == ProgressAmounts(bytesDone: 60, bytesTotal: 150, filesDone: 1, filesTotal: 3))
    #expect(progress.costs?.total == Double(150 + 3 * 16384))
    progress.finished(TransferAmount(bytes: 100, entries: 2))
    progress.finished(TransferAmount(bytes: 50, entries: 1))
    #expect(
      progress.amounts
        == ProgressAmounts(bytesDone: 150, bytesTotal: 150, filesDone: 3, filesTotal: 3))
    #expect(progress.costs == nil)
  }

  @Test func countsASecondAttemptAnew() {
    var progress = TransferProgress(folders: 1)
    progress.compared(TransferAmount(bytes: 100, entries: 2))
    progress.finished(TransferAmount(bytes: 100, entries: 2))
    progress.begin(TransferAmount(bytes: 130, entries: 2))
    #expect(
      progress.amounts
        == ProgressAmounts(bytesDone: 0, bytesTotal: 130, filesDone: 0, filesTotal: 2))
    progress.sent(TransferAmount(bytes: 65, entries: 1))
    #expect(progress.costs?.done == Double(65 + 16384))
  }

  @Test func doesNotCountWhatTheTargetHas() {
    var progress = TransferProgress(folders: 1)
    progress.compared(TransferAmount(bytes: 100, entries: 2))
    progress.reuses(70)
    progress.sent(TransferAmount(bytes: 15, entries: 2))
    #expect(
      progress.amounts
        == ProgressAmounts(bytesDone: 15, bytesTotal: 30, filesDone: 2, filesTotal: 2))
    // Not all of it can be reused.
    progress.sent(TransferAmount(bytes: 45, entries: 2))
    #expect(progress.amounts?.bytesTotal == 45)
    progress.reuses(1000)
    #expect(progress.amounts?.bytesTotal == 45)
  }

  @Test func leavesHalfOfItToAVerification() {
    var progress = TransferProgress(folders: 2, verifies: true)
    progress.compared(TransferAmount(bytes: 0, entries: 1))
    progress.compared(TransferAmount(bytes: 0, entries: 0))
    progress.finished(TransferAmount(bytes: 0, entries: 1))
    progress.placed()
    #expect(progress.fraction == 0.5)
    progress.verified(5, of: 10, folder: 0)
    #expect(progress.fraction == 0.625)
    progress.verified(12, of: 10, folder: 0)
    #expect(progress.fraction == 0.75)
    progress.verified(0, of: 0, folder: 1)
    progress.verified(1, of: 0, folder: 1)
    #expect(progress.fraction == 1)
  }
}

struct DeletionLimitTests {
  @Test(arguments: [
    (100, 20, 50, false), (101, 20, 50, true), (101, 1000, 50, false), (101, 1000, 0, true),
    (600, 500, 50, true), (600, 500, 100, false),
  ])
  func refusesToDeleteTooMuch(count: Int, entries: Int, percent: Int, refused: Bool) throws {
    let (limit, all) = (DeletionLimit(percent: percent), entries + count)
    if refused {
      #expect(
        throws: DeletionError.tooMany("/home", deleted: count, of: all, percent: percent)
      ) { try limit.check(lost: count, of: all, in: "/home") }
    } else {
      try limit.check(lost: count, of: all, in: "/home")
    }
  }
}
