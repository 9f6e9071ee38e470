import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct SnapshotTests {
  let snapshot = Tool("pcs-snapshot")

  @Test("N1: snapshots are read-only") func takesReadOnlySnapshotsAndListsThem() async throws {
    try await ScratchBtrfs.with { btrfs in
      let place = ["--snapshot-dir", btrfs.snapshots.string]
      let taken = try await snapshot.run(
        ["pre", "--subvolume", "@home", "@", "--session", "0badcafe"] + place)
      #expect(taken.status == 0)
      #expect(taken.result?.status == .success)
      #expect(taken.snapshots.map(\.subvolume) == ["@home", "@"])
      for made in taken.snapshots {
        #expect(made.isReadOnly && made.kind == .preSync && made.sessionID == "0badcafe")
        #expect(made.hostname == Machine.hostname)
        let name = try #require(FilePath(made.snapshotPath).lastComponent?.string)
        #expect(SnapshotName(name)?.moment == made.timestamp)
        #expect(try await btrfs.sh("btrfs subvolume show \(made.snapshotPath)").contains(made.uuid))
      }

      let listed = try await snapshot.run(["list", "--session", "0badcafe"] + place)
      #expect(Set(listed.snapshots.map(\.uuid)) == Set(taken.snapshots.map(\.uuid)))
      #expect(listed.snapshots.first { $0.subvolume == "@" } == taken.snapshots[1])
      #expect(try await snapshot.run(["list", "--session", "00000000"] + place).snapshots == [])
      let shown = try await snapshot("show", taken.snapshots[0].snapshotPath)
      #expect(shown.snapshots == [taken.snapshots[0]])
      #expect(try await snapshot.run(["show", "nothing"] + place).status == 1)
    }
  }

  @Test("N1 N2: nothing is made when one is missing") func makesNothingWhenOneSubvolumeIsMissing()
    async throws
  {
    try await ScratchBtrfs.with { btrfs in
      let outcome = try await snapshot(
        "pre", "--subvolume", "@home", "@nope", "--snapshot-dir", btrfs.snapshots.string)
      #expect(outcome.status == 1)
      #expect(outcome.result?.error?.kind == "snapshot.no_subvolume")
      #expect(try await btrfs.sh("ls -A \(btrfs.snapshots)") == "")
    }
  }

  /// A swap file in `@`, reached through `folder`, which is where the kernel then knows it.
  func swapOn(_ folder: FilePath, _ btrfs: ScratchBtrfs) async throws {
    try await btrfs.sh(
      """
      cd \(folder) && truncate -s 0 swap && chattr +C swap && chmod 600 swap
      fallocate -l 32M swap && mkswap -q swap && swapon swap
      """)
  }

  @Test("N1: all or none") func removesWhatItMadeWhenALaterOneFails() async throws {
    try await ScratchBtrfs.with { btrfs in
      // Hidden by a mount the swap file cannot be found beforehand, so only btrfs objects.
      let folder = btrfs.topLevel.appending("@")
      try await swapOn(folder, btrfs)
      try await btrfs.sh("mount -t tmpfs none \(folder)")
      let outcome = try await snapshot(
        "pre", "--subvolume", "@home", "@", "--snapshot-dir", btrfs.snapshots.string)
      try await btrfs.sh("umount -l \(folder); swapoff \(folder)/swap")
      #expect(outcome.status == 1)
      #expect(outcome.result?.error?.kind == "snapshot.swap_file")
      #expect(try await btrfs.sh("ls -A \(btrfs.snapshots)") == "")
    }
  }

  @Test func namesAnActiveSwapFileBeforehand() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await swapOn(btrfs.root, btrfs)
      let outcome = try await snapshot(
        "pre", "--subvolume", "@", "--snapshot-dir", btrfs.snapshots.string)
      try await btrfs.sh("swapoff \(btrfs.root)/swap")
      #expect(outcome.status == 1)
      #expect(outcome.result?.error?.message.contains("\(btrfs.root)/swap") == true)
    }
  }

  static let refusals: [(String, String, String, Int32)] = [
    ("@nope", ".snapshots", "snapshot.no_subvolume", 1),
    ("/home", ".snapshots", "snapshot.name", 64),
    ("plain", ".snapshots", "snapshot.plain_directory", 1),
    ("@snapshots", ".snapshots", "snapshot.recursion", 1),
    ("@", "directory", "snapshot.recursion", 1),
    ("@home", "directory", "snapshot.plain_directory", 1),
    ("@home", "a/b", "btrfs.failed", 1),
    ("@home", "../elsewhere", "btrfs.none", 1),
  ]

  @Test func refusesWithAReason() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh("mkdir \(btrfs.topLevel)/plain \(btrfs.root)/directory")
      for (name, directory, kind, status) in Self.refusals {
        let outcome = try await snapshot(
          "pre", "--subvolume", name, "--snapshot-dir", "\(btrfs.root)/\(directory)")
        #expect(outcome.status == status, "\(name) \(directory)")
        #expect(outcome.result?.error?.kind == kind, "\(name) \(directory)")
        #expect(outcome.snapshots.isEmpty)
      }
    }
  }

  @Test func makesTheSnapshotDirectoryAsASubvolumeOfRoots() async throws {
    try await ScratchBtrfs.with { btrfs in
      let place = btrfs.root.appending("new")
      let outcome = try await snapshot(
        "pre", "--subvolume", "@home", "--snapshot-dir", place.string)
      #expect(outcome.status == 0)
      #expect(try await btrfs.sh("stat -c %i:%a:%u \(place)") == "256:700:0")
      try await btrfs.sh("chmod 755 \(place)")
      let again = try await snapshot(
        "post", "--subvolume", "@home", "--snapshot-dir", place.string)
      #expect(again.status == 0)
      #expect(again.logs.map(\.level) == [.warning])
    }
  }

  @Test func twoOfOneSessionInOneSecondAreAClearError() async throws {
    try await ScratchBtrfs.with { btrfs in
      let take = [
        "--subvolume", "@home", "--session", "0badcafe", "--snapshot-dir", btrfs.snapshots.string,
      ]
      // Every name of the next minutes is taken, whenever the tool comes to its own.
      try await btrfs.sh(
        """
        for s in $(seq 0 600); do
          mkdir "@home-presync-$(date -u -d "now + $s seconds" +%Y%m%dT%H%M%SZ)-0badcafe"
        done
        """, in: btrfs.snapshots)
      #expect(try await snapshot.run(["pre"] + take).result?.error?.kind == "snapshot.exists")
      #expect(try await snapshot.run(["post"] + take).status == 0)
    }
  }

  @Test func listsThoseElsewhereWithAll() async throws {
    try await ScratchBtrfs.with { btrfs in
      let other = btrfs.root.appending("other")
      for place in [btrfs.snapshots, other] {
        let taken = try await snapshot(
          "pre", "--subvolume", "@home", "--snapshot-dir", place.string)
        #expect(taken.status == 0)
      }
      let here = try await snapshot("list", "--snapshot-dir", btrfs.snapshots.string)
      #expect(here.snapshots.count == 1)
      let all = try await snapshot("list", "--all", "--snapshot-dir", btrfs.snapshots.string)
      #expect(
        Set(all.snapshots.map { FilePath($0.snapshotPath).removingLastComponent() }).count == 2)
      for found in all.snapshots { _ = try await btrfs.sh("test -d \(found.snapshotPath)") }
    }
  }

  @Test func anotherFileSystemThanBtrfsIsRefused() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await snapshot("list", "--snapshot-dir", directory.string)
      #expect(outcome.status == 1)
      #expect(outcome.result?.error?.kind == "btrfs.none")
    }
  }
}
