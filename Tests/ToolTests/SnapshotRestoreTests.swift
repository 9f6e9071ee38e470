import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct SnapshotRestoreTests {
  let snapshot = Tool("pcs-snapshot")

  /// A tree in `@` with all that a copy could lose, then a snapshot, then other content.
  func fill(_ btrfs: ScratchBtrfs) async throws {
    try await btrfs.sh(
      """
      cd \(btrfs.root) && mkdir -p dir/sub && echo old > dir/file && echo deep > dir/sub/deep
      ln -s file dir/link && chown 1234:5678 dir/file && chmod 4640 dir/file
      setfattr -n user.note -v hello dir/file && setfacl -m u:4321:r dir/file
      touch -d '1999-01-02 03:04:05.678901234' dir/file && chmod 751 dir/sub
      """)
    let taken = try await snapshot(
      "pre", "--subvolume", "@", "--session", "0badcafe", "--snapshot-dir", btrfs.snapshots.string)
    #expect(taken.status == 0)
    try await btrfs.sh("cd \(btrfs.root) && rm -r dir/sub && echo new > dir/file")
  }

  func restore(_ btrfs: ScratchBtrfs, _ arguments: String...) async throws -> Tool.Outcome {
    try await snapshot.run(
      ["restore", "--session", "0badcafe", "--snapshot-dir", btrfs.snapshots.string] + arguments,
      directory: btrfs.root)
  }

  /// Everything about a file that can be seen.
  func facts(_ path: String, _ btrfs: ScratchBtrfs) async throws -> String {
    try await btrfs.sh(
      "cd \(btrfs.root); cat \(path); stat -c '%a %u %g %y' \(path); getfattr -d -m - \(path) "
        + "| sed 1d; getfacl -n \(path) | sed 1d")
  }

  @Test func putsBackInPlaceAndKeepsThePresentOneBeside() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await fill(btrfs)
      let outcome = try await restore(btrfs, "dir/file", "dir/sub/deep")
      #expect(outcome.status == 0, "\(outcome.output)")
      let snapshot = try await btrfs.sh("ls -d .snapshots/@-presync-* | head -1", in: btrfs.root)
      #expect(try await facts("dir/file", btrfs) == facts("\(snapshot)/dir/file", btrfs))
      #expect(
        try await btrfs.sh("cd \(btrfs.root)/dir; cat file-replaced-*; cat sub/deep") == "new\ndeep"
      )
      #expect(try await btrfs.sh("stat -c %a \(btrfs.root)/dir/sub") == "751")
    }
  }

  @Test func putsWholeDirectoriesIntoAnother() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await fill(btrfs)
      try await btrfs.sh("mkdir \(btrfs.root)/out")
      let outcome = try await restore(btrfs, "dir", "--to", "out")
      #expect(outcome.status == 0, "\(outcome.output)")
      let snapshot = try await btrfs.sh("ls -d .snapshots/@-presync-* | head -1", in: btrfs.root)
      #expect(try await facts("out/dir/file", btrfs) == facts("\(snapshot)/dir/file", btrfs))
      #expect(
        try await btrfs.sh("cd \(btrfs.root); readlink out/dir/link; cat dir/file") == "file\nnew")
      #expect(
        try await restore(btrfs, "dir", "--to", "out").result?.error?.kind == "restore.exists")
    }
  }

  @Test func aNameThatIsNoUTF8ComesBack() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh("cd \(btrfs.root); printf old > \"$(printf 'a\\377b')\"")
      _ = try await snapshot(
        "pre", "--subvolume", "@", "--session", "0badcafe", "--snapshot-dir",
        btrfs.snapshots.string)
      try await btrfs.sh(
        """
        cd \(btrfs.root); rm a*
        \(Tool.path("pcs-snapshot")) restore --session 0badcafe --snapshot-dir .snapshots \
        "$(printf 'a\\377b')"
        """)
      #expect(try await btrfs.sh("cd \(btrfs.root); ls a* | od -c | head -1").contains("377"))
    }
  }

  @Test func whatWasNotThereCannotComeBack() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await fill(btrfs)
      #expect(try await restore(btrfs, "nothing").result?.error?.kind == "restore.missing")
      #expect(try await restore(btrfs, "/proc/cmdline").result?.error?.kind == "restore.path")
      #expect(try await restore(btrfs, "dir/link/x").status == 1)
    }
  }
}
