import Btrfs
import FileTrees
import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit
@testable import UserData

/// Syncs that reuse what an interrupted one has received.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct ResumeTests {
  /// 200 files of 10 kB in five directories of one tree, with others that are no such files.
  static let many = """
    mkdir -p tree/empty; cd tree
    for d in a b c/d e/f/g h; do
      mkdir -p $d; for n in $(seq 40); do head -c 10000 /dev/urandom > $d/$n; done
    done
    ln -s a/1 link; ln a/1 h/second; mkfifo fifo; : > nothing
    """
  private static let bytes = 2_000_000

  @Test func sendsNothingAgainThatArrivedWhole() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(btrfs, Self.many)
      try scene.interrupt(at: 0.8)
      try scene.finish()
      #expect(!scene.readsContent)
      #expect(scene.reused >= 150)
      #expect(scene.sent <= Self.bytes * 22 / 100)
      #expect(try await scene.isDone())
    }
  }

  @Test("Files that a plan names, not a tree")
  func sendsNoSingleFileAgain() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(
        btrfs, "for n in $(seq 10); do head -c 200000 /dev/urandom > $n; done")
      try scene.interrupt(at: 0.8)
      try scene.finish()
      #expect(scene.reused >= 7)
      #expect(scene.sent <= Self.bytes * 3 / 10)
      #expect(try await scene.isDone())
    }
  }

  @Test("A file of which the size and the time tell nothing of its change")
  func sendsWhatChangedOnTheSource() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(btrfs, Self.many)
      try scene.interrupt(at: 1)
      try await scene.change(
        """
        cd tree/a; for n in 2 3; do cp -a $n t
          printf changed | dd of=$n conv=notrunc status=none; touch -r t $n; rm t; done
        echo more >> 4; rm 5; chmod 4711 6; chown 3:4 7; setfattr -n user.x -v y 8; touch -d 2001-01-01 9
        mv 10 t; mv 11 10; mv t 11
        """)
      try scene.finish()
      #expect(scene.sent <= 10 * 10_000)
      #expect(try await scene.isDone())
    }
  }

  @Test("A directory in place of another one, its files with the same names, sizes and times")
  func sendsADirectoryThatTookThePlaceOfAnother() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(btrfs, Self.many)
      try scene.interrupt(at: 1)
      try await scene.change(
        """
        cd tree; cp -a a t; for n in $(seq 40); do
          printf changed | dd of=t/$n conv=notrunc status=none; touch -r a/$n t/$n
        done; touch -r a t; rm -r a; mv t a; cp -a b t; mv t/7 x; mv b/8 t/7; mv x b/8; rm -r t
        """)
      try scene.finish()
      #expect(scene.sent >= 40 * 10_000)
      #expect(try await scene.isDone())
    }
  }

  @Test func sendsNothingThatWasRenamed() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(btrfs, Self.many)
      try scene.interrupt(at: 1)
      try await scene.change(
        "mv tree/e/f tree/b/; mv tree/a tree/e/; mv tree trunk; mv trunk/h/9 .")
      try scene.finish()
      #expect(scene.sent <= 2 * 10_000)  // Files with several names are sent again.
      #expect(try await scene.isDone())
    }
  }

  // MARK: Contents that are not believed

  @Test("After another mount of the target the contents are compared")
  func sendsWhatADamagedFileLacks() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(
        btrfs, Self.many + "; head -c 4M /dev/urandom > large; head -c 4M /dev/urandom > fine")
      try scene.interrupt(at: 1)
      try scene.alterReceipt(mount: "another one")
      try await btrfs.sh(
        """
        for f in directory-*/b/[78] $(find . -name large); do
          cp -p $f t; printf damage | dd of=$f bs=1 seek=5000 conv=notrunc status=none
          touch -r t $f; rm t; done
        """, in: scene.prepared)
      try scene.finish()
      #expect(scene.readsContent)
      #expect(scene.sent == 3 * 10_000 + (128 << 10))
      #expect(try await scene.isDone())
    }
  }

  @Test("Damage that is found does not pass for whole when the next sync is interrupted, too")
  func doesNotTrustWhatOnlyMoved() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(btrfs, "head -c 4M /dev/urandom > large")
      try scene.interrupt(at: 1)
      try scene.alterReceipt(mount: "another one")
      try await btrfs.sh(
        "f=$(echo content-*); cp -p $f t; printf x | dd of=$f bs=1 seek=2M conv=notrunc; touch -r t $f; rm t",
        in: scene.prepared)
      let (preparation, _, frames) = try scene.begin()
      try preparation.receive(frames[0])
      try scene.finish()
      #expect(scene.sent == 128 << 10)
      #expect(try await scene.isDone())
    }
  }

  @Test func comparesContentsWithoutTheSourcesSnapshot() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(btrfs, Self.many)
      try scene.interrupt(at: 1)
      try await btrfs.sh("btrfs -q subvolume delete source-1", in: btrfs.topLevel)
      try scene.finish()
      #expect(scene.readsContent)
      #expect(scene.sent <= 2 * 10_000)
      #expect(try await scene.isDone())
    }
  }

  // MARK: Large files

  @Test(arguments: ["tree/large", "large"])
  func goesOnInTheMiddleOfAFile(_ name: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(
        btrfs, "mkdir tree; head -c 32M /dev/urandom > \(name)")
      try scene.interrupt(at: 0.8)
      try scene.finish()
      #expect(scene.sent <= (32 << 20) * 22 / 100)
      #expect(try await scene.isDone())
    }
  }

  @Test func sendsOnlyWhatChangedOfALargeFile() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(btrfs, "mkdir tree; head -c 32M /dev/urandom > tree/large")
      try scene.interrupt(at: 1)
      try await scene.change(
        """
        cd tree; printf x | dd of=large bs=1M seek=9 conv=notrunc status=none; truncate -s 20M large
        mv large renamed
        """)
      try scene.finish()
      #expect(scene.sent <= 128 << 10)
      #expect(try await scene.isDone())
    }
  }

  @Test(arguments: ["chattr +C large", "chattr -R +C ."])
  func makesAFileAgainThatLacksAFlag(_ flag: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(
        btrfs, "mkdir tree; cd tree; : > large; \(flag); head -c 4M /dev/urandom >> large")
      try scene.interrupt(at: 1)
      try await btrfs.sh(
        "cd directory-*; cp large t; touch -r large t; mv t large; lsattr large", in: scene.prepared
      )
      try scene.finish()
      #expect(scene.sent == 0)
      #expect(try await scene.isDone())
      #expect(try await btrfs.sh("lsattr @home/tree/large", in: btrfs.topLevel).contains("C"))
    }
  }

  // MARK: Again and again

  @Test func losesNothingWhenItIsInterruptedAgain() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(btrfs, Self.many + "; head -c 4M /dev/urandom > large")
      for share in [0.3, 0.1, 0.6, 0.9] { try scene.interrupt(at: share) }
      try await scene.change("mv tree trunk; echo more >> trunk/c/d/3")
      try scene.finish()
      #expect(scene.sent <= (Self.bytes + 4 << 20) * 2 / 10)
      #expect(try await scene.isDone())
    }
  }

  @Test func findsWhatWasLeftBetweenTheMoves() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(btrfs, Self.many)
      try scene.interrupt(at: 0.5)
      let first = scene.prepared
      try scene.interrupt(at: 0.1)
      // As if it had been killed between the two renames, and before the first.
      try await btrfs.sh("mv received-0 \(first)", in: scene.prepared)
      try scene.interrupt(at: 0.1)
      try scene.finish()
      #expect(scene.sent <= Self.bytes * 6 / 10)
      #expect(try await scene.isDone())
    }
  }

  @Test("The owner of the subvolume has renamed the directory, and put another one in its place")
  func findsTheDirectoryByItsNumber() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(btrfs, Self.many)
      try scene.interrupt(at: 1)
      let live = try Directory(scene.scene.live.root)
      let inode = UInt64(try Directory(scene.prepared).status.st_ino)
      try await btrfs.sh(
        "cd @home; mv .pcs-commit-* mine; mkdir \(scene.prepared)", in: btrfs.topLevel)
      var transfer = InterruptedTransfer(
        sessionID: "00000009", peer: .init(machineID: "id", hostname: "atlas"), files: 0, bytes: 0)
      transfer.directories = [inode, 1 << 40]
      try PreparationDirectory.restoreNames([transfer], in: live)
      #expect(scene.scene.live.status("mine") != nil)
      transfer.sessionID = scene.session
      try PreparationDirectory.restoreNames([transfer], in: live)
      #expect(scene.scene.live.status("mine") == nil)
      try await btrfs.sh("rmdir @home/pcs-aside.pcs-commit-*", in: btrfs.topLevel)
      try scene.finish()
      #expect(scene.sent <= 2 * 10_000)
      #expect(try await scene.isDone())
    }
  }

  // MARK: What is of no use

  @Test(arguments: ["old", "subvolume", "damaged", "future"])
  func removesWhatIsOfNoUse(_ what: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(btrfs, Self.many)
      try scene.interrupt(at: 0.5)
      switch what {
      case "old": try scene.alterReceipt(age: .seconds(15 * 86400))
      case "future": try scene.alterReceipt(age: .seconds(-15 * 86400))
      case "subvolume": try scene.alterReceipt(subvolume: "another one")
      default: try await btrfs.sh("truncate -s 40 receipt", in: scene.prepared)
      }
      let live = try Directory(scene.scene.live.root)
      let removed = try PreparationDirectory.removeUnfinished(
        in: live, besidesThoseOf: []
      ) { _ in false }
      #expect(removed.map(\.session) == [scene.session])
      #expect(removed.first?.reason != nil)
      try scene.finish()
      #expect(scene.reused == 0)
      #expect(try await scene.isDone())
    }
  }

  @Test func leavesWhatIsOfAnotherSource() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(btrfs, Self.many)
      try scene.interrupt(at: 0.5)
      try scene.alterReceipt(source: "another one")
      let name = scene.prepared.lastComponent?.string ?? ""
      try scene.finish()
      #expect(scene.reused == 0)
      let live = try Directory(scene.scene.live.root)
      func remove(_ source: String) throws -> [String] {
        try PreparationDirectory.removeUnfinished(
          in: live, besidesThoseOf: []
        ) { $0.source.machineID == source }.map(\.session)
      }
      #expect(try remove("id") == [])
      #expect(scene.scene.live.status(FilePath(name)) != nil)
      #expect(try scene.scene.othersChanges(of: scene.session) == [])
      #expect(try remove("another one") == ["00000001"])
      #expect(try await scene.isDone())
    }
  }
}
