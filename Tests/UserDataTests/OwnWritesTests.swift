import FileTrees
import Glibc
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit
@testable import UserData

/// What a sync wrote that was ended before its time is nobody's change (issue 4, item 5).
struct OwnWritesTests {
  @Test func marksWhatIsAsItWasWritten() async throws {
    try await withScratchDirectory { scratch in
      for name in ["ours", "edited", "theirs", "again"] {
        try FileDescriptor.open(
          scratch.appending(name), .writeOnly, options: .create, permissions: .ownerReadWrite
        ).close()
      }
      let tree = EntryTree(try Directory(scratch))
      let ours = try #require(try tree.entry(at: "ours"))
      let edited = try #require(try tree.entry(at: "edited"))
      let own = OwnWrites { path in
        switch path {
        case "ours": [.written(inode: ours.inode, changed: ours.changed)]
        case "edited":
          [.written(inode: edited.inode, changed: FileTime(seconds: 1, nanoseconds: 0))]
        case "gone", "again": [.deleted]
        default: []
        }
      }
      let changes = ["ours", "edited", "theirs", "gone", "again"].map {
        FolderChange(.content, FilePath($0), isDirectory: false)
      }
      let marked = try own.marked(changes, in: tree, inside: "")
      #expect(marked.filter(\.isOwn).map(\.path) == ["ours", "gone"])
      #expect(marked.count == changes.count)
    }
  }

  /// A commit itself gave it the other name, to keep it beside what took its place.
  @Test func takesWhatWasKeptForNobodysDeletion() async throws {
    try await withScratchDirectory { scratch in
      let own = OwnWrites { path in path == "gone" ? [.deleted] : [] }
      let kept = FolderChange(.renamed(from: "gone"), "kept", isDirectory: false)
      let moved = FolderChange(.renamed(from: "theirs"), "elsewhere", isDirectory: false)
      let tree = EntryTree(try Directory(scratch))
      let others = try [kept, moved].map { try own.other($0, in: tree, inside: "") }
      #expect(others == [FolderChange(.content, "kept", isDirectory: false), moved])
    }
  }

  /// Neither snapshot has it, so no comparison of them tells.
  @Test(.enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
  func findsWhatSomebodyTookAwayAgain() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      try await scene.run(live: "mkdir d", stage: "echo 1 > d/new; echo 2 > d/other")
      let record = try #require(try scene.record())
      #expect(try scene.withSnapshot { try record.isAll(between: $0, and: $1) })
      try await btrfs.sh("rm d/new", in: scene.live.root)
      try scene.withSnapshot { before, after in
        #expect(try !record.isAll(between: before, and: after))
        let diff = FolderDiff(base: before, new: after, inside: "")
        let changes = try #require(try diff.changes(besides: record))
        #expect(changes.contains(FolderChange(.deleted, "d/new", isDirectory: false)))
        #expect(!changes.contains { $0.path == "d/other" })
      }
    }
  }

  /// The time of change of such a file lies within the commit.
  @Test(.enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
  func findsWhatSomebodyWroteInANewDirectoryDuringTheCommit() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      try await btrfs.sh("mkdir d", in: scene.live.root)
      try scene.takeSnapshots()
      try await btrfs.sh(
        "mkdir d/new; for n in 1 2 3 4; do echo $n > d/new/$n; done", in: scene.stage.root)
      let request = CommitRequest(waiting: CommitScene.waiting, parts: [try scene.part()])
      let new = scene.live.full("d/new")
      try Commit.carryOut(request, in: scene.commits, records: scene.records) { _, outcome in
        guard case .created("d/new/4") = outcome else { return }
        for name in ["1", "mine"] {
          let file = try? FileDescriptor.open(
            new.appending(name), .writeOnly, options: .create, permissions: .ownerReadWrite)
          _ = try? file?.writeAll("mine\n".utf8)
          try? file?.close()
        }
        unlink(new.appending("2").string)
      }
      let record = try #require(try scene.record())
      try scene.withSnapshot { before, after in
        #expect(try !record.isAll(between: before, and: after))
        let diff = FolderDiff(base: before, new: after, inside: "")
        let changes = try #require(try diff.changes(besides: record))
        let paths = Set(changes.filter { !$0.isDirectory }.map(\.path))
        #expect(paths == ["d/new/1", "d/new/2", "d/new/mine"])
      }
    }
  }

  @Test(arguments: [[true, false], [false, true]])
  func countsAChangeAsSomebodysWhenAnyOfItIs(_ order: [Bool]) {
    var findings = FolderFindings(reason: nil, preSync: "/p")
    for isOwn in order { findings.add(.changed("a", nil, isStructural: true, isOwn: isOwn)) }
    #expect(findings.changed["a"]?.isOwn == false)
  }
}
