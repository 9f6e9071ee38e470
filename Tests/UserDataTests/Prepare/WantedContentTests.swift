import FileTrees
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit
@testable import UserData

/// A plan that does not send what the target lacks.
@Suite struct WantedContentTests {
  /// The tree that `plan` makes of one that has a file `a`.
  private func tree(
    _ plan: (Entry) -> MirrorPlan
  ) async throws -> (tree: PreparedTree, plan: MirrorPlan) {
    try await withScratchDirectory { scratch in
      let file = try FileDescriptor.open(
        scratch.appending("a"), .writeOnly, options: .create, permissions: .ownerReadWrite)
      try file.closeAfter { _ = try file.writeAll("text\n".utf8) }
      let before = try #require(try Directory.ifPresent(scratch))
      let plan = plan(try #require(try EntryTree(before).entry(at: "a")))
      let folder = PlannedFolder("", at: "/home/dir", plan.changes)
      return (try PreparedTree([folder], before: before), plan)
    }
  }

  @Test func bringsItWithOneOfItsNames() async throws {
    var (tree, plan) = try await tree { entry in
      var plan = MirrorPlan()
      plan.changes.settings = [
        FolderChanges.Setting(path: "b", entry: entry, hasContent: false, linkedTo: "lost"),
        FolderChanges.Setting(path: "c", entry: entry, hasContent: false, linkedTo: "lost"),
      ]
      return plan
    }
    #expect(tree.wanted == ["b", "c"])
    plan.sendWhole(tree.wanted)
    #expect(plan.changes.settings.map(\.hasContent) == [true, false])
    #expect(plan.changes.settings.map(\.linkedTo) == [nil, "b"])
    tree = try await self.tree { _ in plan }.tree
    #expect(tree.wanted.isEmpty)
  }

  @Test func isAnErrorThatNamesThePathOfTheMachine() async throws {
    let error = await #expect(throws: FileError.self) {
      try await self.tree { _ in
        var plan = MirrorPlan()
        plan.changes.renames = [Rename(from: "gone", to: "new", isDirectory: false)]
        return plan
      }
    }
    #expect(error?.path == "/home/dir/gone")
  }
}
