import FileTrees
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import UserData

struct SnapTests {
  /// One snap called `app`, of which a machine has some revisions.
  struct Case: Sendable {
    let name: String
    var here: (revisions: Set<String>, current: String?)? = (["7", "9"], "9")
    var there: (revisions: Set<String>, current: String?)?
    var runsHere: String? = "9"
    var runsThere: String?
    /// Whether the target has snapd with another snap.
    var hasOther = false
    let left: [FilePath]
  }

  static let cases = [
    Case(name: "no app there", left: ["7"]),
    Case(name: "no app and other snaps there", hasOther: true, left: ["7"]),
    Case(
      name: "a link of another time there", there: (["7"], "7"), hasOther: true, left: ["7"]),
    Case(name: "without snapd there", there: (["7"], "7"), left: ["9", "current"]),
    Case(
      name: "without snapd, and what it names is gone here", there: (["5"], "5"), left: ["5", "7"]),
    Case(
      name: "the same revision", there: (["9"], "9"), runsThere: "9", left: ["7"]),
    Case(
      name: "an older one there", there: (["6", "7"], "7"), runsThere: "7",
      left: ["6", "9", "current"]),
    Case(
      name: "one there that is not here", there: (["11"], "11"), runsThere: "11",
      left: ["11", "7", "9", "current"]),
    Case(name: "never started there", runsThere: "7", left: ["9", "current"]),
    Case(
      name: "gone here", here: nil, there: (["9"], "9"), runsHere: nil, runsThere: "9",
      left: ["9", "current"]),
    Case(name: "without snapd here", runsHere: nil, left: ["7"]),
    Case(name: "numbers that somebody collects", here: (["7", "9"], nil), runsHere: nil, left: []),
    Case(name: "no link here, and it runs", here: (["7", "9"], nil), left: ["7", "current"]),
    Case(
      name: "a snap that was sideloaded", here: (["x1", "x2"], "x2"),
      there: (["x2"], "x2"), runsHere: "x2", runsThere: "x2", left: ["x1"]),
  ]

  @Test("U7: of a snap the revision that the target runs is synced", arguments: cases.indices)
  func leavesOtherRevisions(index: Int) {
    let each = Self.cases[index]
    func survey(
      _ app: (revisions: Set<String>, current: String?)?, _ running: String?
    ) -> SnapSurvey {
      let apps = app.map {
        [SnapApp("ada/snap/app", revisions: $0.revisions, current: $0.current)]
      }
      return SnapSurvey(apps: apps ?? [], running: running.map { ["app": $0] } ?? [:])
    }
    let source = survey(each.here, each.runsHere)
    var target = survey(each.there, each.runsThere)
    if each.hasOther { target.running["other"] = "1" }
    let left = SnapRevisions.left(source: source, target: target)
    #expect(left == each.left.map { FilePath("ada/snap/app").pushing($0) }, "\(each.name)")
    #expect(left.allSatisfy(SnapRevisions.mayBeLeft))
  }

  @Test(
    arguments: [
      ("7", true), ("x12", true), ("123456789", true), ("", false), ("x", false), ("07", false),
      ("7a", false), ("xx7", false), ("1234567890", false), ("common", false), ("٣", false),
    ])
  func knowsRevisionsByTheirNames(name: String, isRevision: Bool) {
    #expect(SnapApp.isRevision(name) == isRevision)
  }

  @Test func findsTheSnapsOfHomes() async throws {
    try await withScratchDirectory { scratch in
      let child = ChildProcess(
        "sh",
        [
          "-euc",
          """
          cd "$1"; mkdir -p ada/snap/app/7 ada/snap/app/9 ada/snap/app/common bob/snap
          ln -s 9 ada/snap/app/current; ln -s /etc ada/snap/link; touch ada/snap/app/11
          mkdir -p ada/snap/odd/3; ln -s ../../.. ada/snap/odd/current
          ln -s ../ada/snap/app bob/snap/app; mkdir -p eve; ln -s ../ada/snap eve/snap
          """, "-", scratch.string,
        ])
      #expect(try await child.capture().status == .exited(0))
      let homes: [FilePath] = ["/home/ada", "/home/bob", "/home/eve", "/home/none", "/root"]
      let found = [
        SnapApp("ada/snap/app", revisions: ["7", "9"], current: "9"),
        SnapApp("ada/snap/odd", revisions: ["3"]),
      ]
      let tree = EntryTree(try Directory(scratch))
      let apps = try SnapSurvey.apps(in: tree, homes: homes, of: "/home")
      #expect(apps.sorted { $0.directory.string < $1.directory.string } == found)
      let home = EntryTree(try Directory(scratch.appending("ada")))
      let own = try SnapSurvey.apps(in: home, homes: homes, of: "/home/ada")
      #expect(Set(own.map(\.directory)) == ["snap/app", "snap/odd"])
      #expect(try SnapSurvey.running(in: scratch.pushing("ada/snap")) == ["app": "9"])
    }
  }
}
