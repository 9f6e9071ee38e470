import FileTrees
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import Btrfs

@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct SnapshotDiffTests {
  static let prepare = """
    mkdir @/dir && dd if=/dev/zero of=@/big bs=4k count=1000 status=none
    btrfs -q subvolume snapshot -r @ base
    for i in $(seq 300); do echo $i > @/dir/$i; done; chattr +i @/dir/1
    btrfs -q subvolume snapshot -r @ new && chattr -i @/dir/1
    """

  @Test func comparesWhatIsNotMounted() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh(Self.prepare, in: btrfs.topLevel)
      try await btrfs.sh("umount -l \(btrfs.topLevel)")
      let topLevel = try TopLevel(of: Directory(btrfs.root))
      let diff = try SnapshotDiff(
        base: topLevel.subvolume("base").0, new: topLevel.subvolume("new").0)
      #expect(try diff.changes().filter { $0.operation == .created }.count == 300)
      try await btrfs.sh(
        "mount -o subvolid=5 $(findmnt -vno SOURCE \(btrfs.root)) \(btrfs.topLevel)")
    }
  }

  @Test func flagsOfFilesAreMetadata() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh(Self.prepare, in: btrfs.topLevel)
      try await btrfs.sh(
        "btrfs -q subvolume snapshot -r @ newer", in: btrfs.topLevel)
      let changes = try SnapshotDiff(
        base: btrfs.topLevel.appending("new"), new: btrfs.topLevel.appending("newer")
      ).changes()
      #expect(changes.map(ChangeOrderTests.text) == ["metadata dir/1"])
    }
  }

  /// A relative path reaches it; from the root of a snapshot none does.
  @Test func aPathThatIsTooLongIsSaidToBeThat() async throws {
    try await ScratchBtrfs.with { btrfs in
      let name = String(repeating: "d", count: 200)
      try await btrfs.sh(
        """
        (cd @; for i in $(seq 25); do mkdir \(name); cd -P \(name); done; echo new > file)
        btrfs -q subvolume snapshot -r @ base; rm -r @/\(name)
        btrfs -q subvolume snapshot -r @ new
        """, in: btrfs.topLevel)
      let diff = try SnapshotDiff(
        base: btrfs.topLevel.appending("base"), new: btrfs.topLevel.appending("new"))
      #expect(throws: SnapshotDiffError.tooDeep(btrfs.topLevel.appending("base"))) {
        try diff.changes()
      }
    }
  }

  @Test func aCancelledTaskEndsIt() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh(Self.prepare, in: btrfs.topLevel)
      let diff = try SnapshotDiff(
        base: btrfs.topLevel.appending("base"), new: btrfs.topLevel.appending("new"))
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try diff.changes()
      }
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  @Test func aReaderThatStopsEndsIt() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh(Self.prepare, in: btrfs.topLevel)
      let compared = try ["new", "base"].map {
        try ComparedSnapshot(Directory(btrfs.topLevel.appending($0)))
      }
      let run = try SendRun(of: compared[0], since: compared[1])
      #expect(throws: SendStreamError.truncated) {
        try run.read { _ in throw SendStreamError.truncated }
      }
      #expect(run.error() == .brokenPipe)
    }
  }
}
