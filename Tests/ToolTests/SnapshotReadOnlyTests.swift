import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// A file system that is mounted read-only stays so, and is written to by no verb.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct SnapshotReadOnlyTests {
  let snapshot = Tool("pcs-snapshot")

  /// What the super block of the scratch file system is: `ro` or `rw`.
  func superBlock(_ btrfs: ScratchBtrfs) async throws -> String {
    try await btrfs.sh("findmnt -no FS-OPTIONS \(btrfs.snapshots) | cut -d, -f1")
  }

  /// A session with snapshots, after which every mount is read-only.
  func prepare(_ btrfs: ScratchBtrfs) async throws {
    let taken = try await snapshot(
      "pre", "--subvolume", "@home", "--session", "0badcafe", "--snapshot-dir",
      btrfs.snapshots.string)
    #expect(taken.status == 0)
    try await btrfs.sh(
      """
      for point in \(btrfs.topLevel) \(btrfs.snapshots) \(btrfs.root); do
        mount -o remount,ro "$point"
      done
      """)
    #expect(try await superBlock(btrfs) == "ro")
  }

  static let looking = [
    ["list"], ["list", "--all"], ["prune", "--dry-run", "--keep-recent", "0"],
    ["prune", "--rolledback", "--dry-run"], ["rollback", "--session", "0badcafe", "--dry-run"],
  ]

  @Test("S6: what only looks leaves a read-only file system read-only")
  func lookingLeavesTheSuperBlockReadOnly() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await prepare(btrfs)
      for verb in Self.looking {
        let command =
          [Tool.path("pcs-snapshot").string] + verb + ["--snapshot-dir", btrfs.snapshots.string]
        let outcome = try await Tool(at: "/usr/bin/env").run(Tool.isolating + command)
        #expect(outcome.status == 0, "\(verb): \(outcome.output)")
        #expect(try await superBlock(btrfs) == "ro", "\(verb)")
      }
    }
  }

  static let writing = [
    ["pre", "--subvolume", "@home"], ["prune", "--keep-recent", "0"],
    ["rollback", "--session", "0badcafe", "--yes"],
  ]

  @Test("N3: a file system that is mounted read-only is refused")
  func writingIsRefusedBeforeAnythingBegins() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await prepare(btrfs)
      for verb in Self.writing {
        let command =
          [Tool.path("pcs-snapshot").string] + verb + ["--snapshot-dir", btrfs.snapshots.string]
        let outcome = try await Tool(at: "/usr/bin/env").run(Tool.isolating + command)
        #expect(outcome.status == 1, "\(verb): \(outcome.output)")
        #expect(outcome.result?.error?.kind == "btrfs.read_only", "\(verb): \(outcome.output)")
        #expect(try await superBlock(btrfs) == "ro", "\(verb)")
      }
    }
  }
}
