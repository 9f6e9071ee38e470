import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import UserData

/// For what there is no plan without a stage: then nothing is done.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct PreparedTreeTests {
  static let live = """
    mkdir -p dir full/in flagged; echo 1 > file; echo 2 > linked; ln linked second; echo 3 > full/in/x
    echo 4 > dir/y; echo 5 > other; chattr +C flagged; ln -s a link; echo 6 > nodump; chattr +d nodump
    """

  @Test(arguments: [
    "echo more >> linked", "ln file new", "rm second", "mv file full; mv full dir",
    "mv dir t; mv full dir; mv t full", "mv other file", "rm -r full; echo file > full",
    "rm file; mkdir file",
    "mv linked third", "setfattr -n user.a -v $(printf %02000d 1) file",
  ])
  func needsAStage(stage: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      let error = await #expect(throws: NeedsStage.self) {
        try await scene.run(live: Self.live, stage: stage, isPlanned: true)
      }
      #expect(error != nil)
      #expect(try scene.live.manifest() == scene.before.manifest())
      #expect(try scene.commits.list() == [])
    }
  }

  @Test(arguments: [
    "echo more >> file", "rm -r full", "ln -sfn b link", "mv full new; rm new/in/x", "mv file new",
    "mkdir -p a/b; echo x > a/b/c; mv dir a/dir; touch a", "chmod 700 dir; chown 3 dir/y",
    "mv file moved; echo more >> moved", "mkfifo fifo; mknod null c 1 3; : > empty",
    "rm file; mkfifo file", "echo new > flagged/new", "echo more >> nodump",
    "truncate -s 300K other; setfattr -n user.a -v b other",
  ])
  func isDoneByAPlan(stage: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      try await scene.run(live: Self.live, stage: stage, isPlanned: true)
      #expect(scene.undone == [])
      #expect(try scene.differences() == [])
    }
  }
}
