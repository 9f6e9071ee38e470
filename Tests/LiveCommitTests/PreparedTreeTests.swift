import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit

/// Each kind of change, by a plan.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct PreparedTreeTests {
  static let live = """
    mkdir -p dir full/in flagged; echo 1 > file; echo 2 > linked; ln linked second; echo 3 > full/in/x
    echo 4 > dir/y; echo 5 > other; chattr +C flagged; ln -s a link; echo 6 > nodump; chattr +d nodump
    ln linked dir/z
    """

  @Test(arguments: [
    "echo more >> linked", "ln file new", "rm second", "mv file full; mv full dir",
    "mv dir t; mv full dir; mv t full", "mv other file", "rm -r full; echo file > full",
    "rm file; mkdir file", "mv dir t; mkdir -p dir/in; mv t dir/in/dir",
    "mv linked third", "setfattr -n user.a -v $(printf %02000d 1) file",
    "mkdir new; ln linked new/third; echo x > new/a; ln new/a new/b; ln new/a top",
    "echo new > t; mv t linked; ln -f linked second; ln linked dir/third",
    "rm linked; ln second dir/third; echo own > linked", "ln -f file other; chmod 600 file",
    "ln -P link same; chown -h 3 same", "echo more >> linked; mv dir aaa", "mv second x; mv dir y",
    "mkdir -p full/in/a; mv dir full/in/a/b; echo more > second; mv linked full/other",
    "mv dir/y dir/z; mv dir new", "mv full/in/x full/y; mv full/in in; mv dir full/in",
    "mkdir new; mv other new; echo more >> new/other",
    "mkdir new; mv link new; chown -h 3 new/link",
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
