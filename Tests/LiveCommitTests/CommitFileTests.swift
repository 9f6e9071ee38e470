import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit

/// What files keep on their way from the stage, and what is said where they do not.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct CommitFileTests {
  @Test func dataIsSharedWithTheStage() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      let write = "dd if=/dev/urandom of=big bs=1M count=64 status=none"
      try await scene.run(live: "echo old > big", stage: "\(write); cp big new")
      #expect(scene.undone == [])
      #expect(try scene.differences() == [])
      let used = try await btrfs.sh(
        "btrfs filesystem du --raw -s @home | awk 'NR == 2 { print $2 }'", in: btrfs.topLevel)
      #expect(Int(used) == 0, "exclusive: \(used)")
    }
  }

  /// Issue 4, item 6: what cloning keeps of a file.
  @Test func flagsHolesAndPreallocationAreKept() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      try await scene.run(
        live: "true",
        stage: """
          touch nocow && chattr +C nocow && dd if=/dev/urandom of=nocow bs=1M count=2 status=none
          echo text > compressed && btrfs property set compressed compression zstd
          mkdir dir && echo text > dir/plain && chattr +C dir && echo text > nodump && chattr +d nodump
          truncate -s 32M sparse && echo end >> sparse
          fallocate -l 1M allocated
          """)
      #expect(scene.undone == [])
      #expect(try scene.differences() == [])
      let facts = """
        lsattr -d nocow dir dir/plain nodump | awk '{ print $1, $2 }' | tr -d -; stat -c %b sparse
        btrfs property get compressed compression; filefrag -v allocated | grep -c unwritten
        """
      let live = try await btrfs.sh(facts, in: scene.live.root)
      #expect(try await btrfs.sh(facts, in: scene.stage.root) == live)
      #expect(live.contains("C nocow") && live.contains("compression=zstd"), "\(live)")
    }
  }

  @Test func flagsThatTheNewFileHasNotAreNamed() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      try await scene.run(
        live: """
          touch disk && chattr +C disk && echo old > disk; echo old > fixed
          """, stage: "echo new > t && mv t disk; echo new > t && mv t fixed",
        meanwhile: "true")
      #expect(scene.undone == ["/disk: the flag against copy-on-write was not kept"])
      #expect(try scene.differences() == [])
    }
  }

  @Test func whatTheKernelRefusesIsNamedAndTheRestDone() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      // The stage was given new files; here somebody has protected the old ones.
      try await scene.run(
        live: "echo old > fixed; echo old > a; echo old > gone; chattr +i fixed gone",
        stage: "chattr -i fixed gone; echo new > t && mv t fixed; echo new > a; rm gone")
      #expect(try await btrfs.sh("cat fixed a gone", in: scene.live.root) == "old\nnew\nold")
      #expect(scene.undone.count == 2)
      for line in scene.undone { #expect(line.contains("immutable"), "\(line)") }
      try await btrfs.sh("chattr -i fixed gone", in: scene.live.root)
    }
  }
}
