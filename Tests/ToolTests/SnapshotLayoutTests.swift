import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// Subvolumes are found by what is mounted, nested ones and those of other disks too.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct SnapshotLayoutTests {
  let snapshot = Tool("pcs-snapshot")

  func execute(
    _ folders: [FilePath], _ directory: FilePath, _ verb: String = "execute"
  ) async throws -> Tool.Outcome {
    let line = try Invocation.line(
      module: "btrfs-snapshots", phase: .pre,
      config: #"{"subvolumes":"auto","snapshot_dir":"\#(directory)"}"#,
      folders: folders.map(\.string))
    return try await snapshot(verb, input: line)
  }

  @Test("N5: auto takes the subvolumes that hold the folders, nested ones too")
  func autoTakesWhatHoldsTheFolders() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh(
        """
        cd \(btrfs.root) && mkdir plain && btrfs -q subvolume create home/nested
        btrfs -q subvolume create home/nested/deep
        """)
      let folders = ["plain", "home/nested/deep/missing/too"].map { btrfs.root.appending($0) }
      let taken = try await execute(folders, btrfs.snapshots)
      #expect(taken.snapshots.map(\.subvolume) == ["@", "@-home-nested-deep"], "\(taken.output)")
      #expect(taken.snapshots.allSatisfy { $0.origin != nil })
      let listed = try await snapshot("list", "--snapshot-dir", btrfs.snapshots.string)
      #expect(Set(listed.snapshots.map(\.origin)) == Set(taken.snapshots.map(\.origin)))
    }
  }

  @Test("N6: a snapshot lies on the disk of its subvolume, in .snapshots at its mount point")
  func snapshotsLieOnTheirOwnDisk() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await ScratchBtrfs.with { other in
        try await btrfs.sh("umount -l \(other.snapshots); rmdir \(other.snapshots)")
        let checked = try await execute([other.root], btrfs.snapshots, "validate")
        #expect(checked.status == 0, "\(checked.output)")
        #expect(try await btrfs.sh("ls -A \(other.root)") == "home")
        let taken = try await execute([other.root], btrfs.snapshots)
        #expect(taken.status == 0, "\(taken.output)")
        let places = taken.snapshots.map { FilePath($0.snapshotPath).removingLastComponent() }
        #expect(places == [other.snapshots])
        #expect(try await btrfs.sh("stat -c '%i %a %u' \(other.snapshots)") == "256 700 0")

        let both = try await execute([btrfs.root, other.root], btrfs.snapshots, "validate")
        #expect(both.status == 1)
        #expect(both.findings.contains { $0.contains("the name of more than one subvolume") })
      }
    }
  }

  @Test("N5: a nested subvolume goes by its name, unless another one has it")
  func namesNestedSubvolumes() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh(
        "cd \(btrfs.root)/home && btrfs -q subvolume create in && echo old >in/file")
      let place = ["--snapshot-dir", btrfs.snapshots.string, "--session", "0badcafe"]
      let name = ["--subvolume", "@-home-in"]
      #expect(try await snapshot.run(["pre"] + name + place).status == 0)
      try await btrfs.sh("echo new >\(btrfs.root)/home/in/file")
      let command = [Tool.path("pcs-snapshot").string, "rollback", "--yes"] + place
      let outcome = try await Tool(at: "/usr/bin/env").run(Tool.isolating + command)
      #expect(outcome.status == 0, "\(outcome.output)")
      #expect(try await btrfs.sh("cat \(btrfs.root)/home/in/file") == "old")
      #expect(try await btrfs.sh("cat \(btrfs.topLevel)/@-home-in-rolledback-*/file") == "new")
      try await btrfs.sh("btrfs -q subvolume create \(btrfs.topLevel)/@-home-in")
      let twins = try await snapshot.run(["post"] + name + place)
      #expect(twins.result?.error?.kind == "snapshot.ambiguous", "\(twins.output)")
    }
  }

  @Test("N6: a rollback moves its own snapshot directory along")
  func movesItsOwnSnapshotDirectory() async throws {
    try await ScratchBtrfs.with { btrfs in
      let own = btrfs.root.appending("own")
      let place = ["--snapshot-dir", own.string, "--session", "0badcafe"]
      let taken = try await snapshot.run(["pre", "--subvolume", "@"] + place)
      #expect(taken.status == 0, "\(taken.output)")
      let command = [Tool.path("pcs-snapshot").string, "rollback", "--yes"] + place
      let outcome = try await Tool(at: "/usr/bin/env").run(Tool.isolating + command)
      #expect(outcome.status == 0, "\(outcome.output)")
      #expect(try await btrfs.sh("ls -A \(btrfs.topLevel)/@/own | sed 's/-2.*//'") == "@-presync")
    }
  }

  @Test("N6: a mode of 0755 is a warning, and works") func aModeOf0755IsAWarning() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh("chmod 755 \(btrfs.snapshots)")
      let taken = try await execute([btrfs.root], btrfs.snapshots)
      #expect(taken.status == 0)
      #expect(taken.logs.contains { $0.level == .warning && $0.message.contains("755") })
    }
  }

  @Test("N3: a file on another device under the path of an active swap file is none")
  func aFileOfTheSamePathIsNoSwapFile() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await ScratchBtrfs.with { other in
        let swap = btrfs.root.appending("swap")
        try await btrfs.sh(
          """
          cd \(btrfs.root) && truncate -s 0 swap && chattr +C swap && chmod 600 swap
          fallocate -l 32M swap && mkswap -q swap && swapon swap; touch \(other.root)/swap
          """)
        let taken = try await Tool(at: "/usr/bin/unshare")(
          "--mount", "sh", "-c",
          """
          mount --bind \(other.root) \(btrfs.root) && exec \(Tool.path("pcs-snapshot")) pre \
          --subvolume @ --snapshot-dir \(other.snapshots)
          """)
        try await btrfs.sh("swapoff \(swap)")
        #expect(taken.status == 0, "\(taken.output)")
      }
    }
  }
}
