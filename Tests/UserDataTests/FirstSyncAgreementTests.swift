import FileTrees
import LiveCommit
import PCSCore
import SystemPackage
import Testing

@testable import UserData

struct FirstSyncAgreementTests {
  private static let shown: [JSON] = [
    ["type": "plan", "text": "snapshots"],
    ["type": "plan", "folder": "/home", "replaced": 2, "deleted": 3],
  ]

  @Test(arguments: [
    (shown, "/home", 5, true), (shown, "/home", 6, false), (shown, "/root", 0, true),
    (shown, "/root", 1, false), ([], "/home", 1, false),
  ])
  func noMoreIsLostThanWasShown(lines: [JSON], folder: FilePath, loss: Int, isAgreed: Bool) {
    let agreement = FirstSyncAgreement(lines)
    if isAgreed {
      #expect(throws: Never.self) { try agreement.check(loss: loss, of: folder) }
    } else {
      let error = #expect(throws: AgreementError.self) {
        try agreement.check(loss: loss, of: folder)
      }
      #expect(error?.exitStatus == .refused)
    }
  }

  @Test func anOptionAgreesToWhateverComes() {
    #expect(throws: Never.self) { try FirstSyncAgreement(nil).check(loss: 9, of: "/home") }
  }

  /// The sync would refuse itself if it counted a directory that the list did not.
  @Test func aDirectoryThatStaysIsNoLoss() {
    var plan = MirrorPlan()
    plan.changes.deletions = ["mine/f", "mine"]
    plan.keep(["mine"])
    let there: [FilePath: Entry] = [
      "mine/f": PlannedChangesTests.entry(), "mine": PlannedChangesTests.entry(.directory),
    ]
    #expect(FirstSyncList(plan, there: there).deleted.names == ["mine/f"])
  }
}
