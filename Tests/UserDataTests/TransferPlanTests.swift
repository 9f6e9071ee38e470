import PCSCore
import SystemPackage
import Testing

@testable import UserData

struct TransferPlanTests {
  private func plan(_ lines: [String], entries: Int) throws -> TransferPlan {
    var plan = TransferPlan()
    plan.sourceEntries = entries
    for line in lines {
      let item = try #require(RsyncItem(Array(line.utf8)))
      plan.add(item, allocated: item.size)
    }
    return plan
  }

  private func deletions(_ count: Int) -> [String] {
    (0..<count).map { "=*deleting   0 f\($0)" }
  }

  @Test func countsTheTargetsEntries() throws {
    let plan = try plan(
      ["=<f+++++++++ 5 a", "=hf+++++++++ 5 b", "=hf..t...... 5 c", "=*deleting   0 d"], entries: 10)
    #expect(plan.targetEntries == 9)
    #expect(plan.count == 4)
    #expect(plan.bytes == 4096)
    #expect(plan.apparentBytes == 5)
  }

  @Test func needsNoRoomForHoles() throws {
    var plan = TransferPlan()
    let item = try #require(RsyncItem(Array("=<f+++++++++ 1000000000 vm".utf8)))
    plan.add(item, allocated: 8192)
    #expect(plan.bytes == 8192)
    #expect(plan.apparentBytes == 1_000_000_000)
  }

  @Test(arguments: [
    (100, 20, 50, false), (101, 20, 50, true), (101, 1000, 50, false), (101, 1000, 0, true),
    (600, 500, 50, true), (600, 500, 100, false),
  ])
  func refusesToDeleteTooMuch(count: Int, entries: Int, percent: Int, refused: Bool) throws {
    let plan = try plan(deletions(count), entries: entries)
    let limit = DeletionLimit(percent: percent)
    if refused {
      #expect(
        throws: DeletionError.tooMany(
          "/home", deleted: count, of: entries + count, percent: percent)
      ) { try limit.check(plan, of: "/home") }
    } else {
      try limit.check(plan, of: "/home")
    }
  }

  @Test func takesARenameForNoDeletion() throws {
    let moved = (0..<200).flatMap { ["=*deleting   0 old/f\($0)", "=<f+++++++++ 1 new/f\($0)"] }
    let plan = try plan(moved, entries: 201)
    #expect(plan.lost == 0)
    #expect(DeletionLimit(percent: 50).most(in: plan) == 300)
    try DeletionLimit(percent: 50).check(plan, of: "/home")
  }

  @Test func refusesAnEmptySource() throws {
    let plan = try plan(deletions(3), entries: 1)
    #expect(throws: DeletionError.emptySource("/home", entries: 3)) {
      try DeletionLimit(percent: 100).check(plan, of: "/home")
    }
    try DeletionLimit(percent: 100).check(self.plan([], entries: 1), of: "/home")
  }

  @Test func goesForwardOnly() throws {
    let plan = try plan(["=<f+++++++++ 1000000 a", "=<f+++++++++ 1000000 b"], entries: 3)
    var progress = TransferProgress(folders: 2)
    var seen = [progress.fraction]
    progress.compared(plan.amount)
    seen.append(progress.fraction)
    progress.compared(TransferPlan().amount)
    seen.append(progress.fraction)
    progress.sent(TransferAmount(bytes: 1_000_000, entries: 1))
    seen.append(progress.fraction)
    progress.sent(TransferAmount(bytes: 0, entries: 1))
    seen.append(progress.fraction)
    progress.finished(plan.amount)
    seen.append(progress.fraction)
    for _ in 0..<plan.amount.entries {
      progress.placed()
      seen.append(progress.fraction)
    }
    #expect(seen == seen.sorted())
    #expect(seen[2] == 0.1)
    #expect(seen.last == 1)
  }
}
