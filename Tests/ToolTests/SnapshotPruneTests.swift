import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct SnapshotPruneTests {
  let snapshot = Tool("pcs-snapshot")

  /// Snapshots of five old sessions, two each, and two that are not ours.
  func fill(_ btrfs: ScratchBtrfs) async throws {
    try await btrfs.sh(
      """
      cd \(btrfs.snapshots)
      for day in 1 2 3 4 5; do for word in presync postsync; do
        btrfs -q subvolume snapshot -r \(btrfs.root) @-$word-2024010${day}T000000Z-0000000$day
      done; done
      btrfs -q subvolume snapshot -r \(btrfs.root) mine
      btrfs -q subvolume snapshot -r \(btrfs.root) @-presync-2024
      """)
  }

  /// The days whose sessions are left, after checking that what is not ours is there.
  func daysLeft(_ btrfs: ScratchBtrfs) async throws -> String {
    let names = try await btrfs.sh("ls \(btrfs.snapshots)").split(separator: "\n").map(String.init)
    #expect(names.contains("mine") && names.contains("@-presync-2024"))
    return Set(names.compactMap { SnapshotName($0)?.sessionID.last }).sorted().map(String.init)
      .joined()
  }

  static let cases: [([String], String)] = [
    (["--older-than", "9999w", "--keep-recent", "0"], "12345"),
    (["--keep-recent", "0", "--dry-run"], "12345"),
    (["--keep-recent", "0", "--session", "00000002"], "1345"),
    (["--older-than", "1d"], "345"),
    (["--older-than", "1d", "--keep-recent", "2"], "45"),
    (["--keep-recent", "1"], "5"),
    (["--keep-recent", "0"], ""),
  ]

  @Test("N3: sessions are pruned whole, the newest stay") func keepsWholeSessions() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await fill(btrfs)
      var before = try await daysLeft(btrfs)
      for (options, left) in Self.cases {
        let outcome = try await snapshot.run(
          ["prune", "--snapshot-dir", btrfs.snapshots.string] + options)
        #expect(outcome.status == 0)
        // The one that a case of its own took is gone from those that follow.
        let expected = left.filter { before.contains($0) }
        #expect(try await daysLeft(btrfs) == expected, "\(options)")
        let gone = options.contains("--dry-run") ? 5 : before.count - expected.count
        #expect(outcome.logs.filter { $0.level == .info }.count == 2 * gone, "\(options)")
        before = expected
      }
    }
  }

  @Test("N3: a sync that runs keeps its snapshots") func sparesWhatRuns() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await fill(btrfs)
      let prune = "pcs-snapshot prune --snapshot-dir \(btrfs.snapshots) --keep-recent 0"
      try await withScratchDirectory { directory in
        let outcome = try await Tool.isolatedScript(
          "PCS_SESSION_ID=00000002 pcs-lock run -- \(prune)", in: directory)
        #expect(outcome.status == 0)
      }
      #expect(try await daysLeft(btrfs) == "2")
    }
  }

  @Test(arguments: [
    "btrfs subvolume set-default NAME", "mkdir m; mount -o subvol=@snapshots/NAME $device m",
  ])
  func oneThatMustStayDoesNotStopTheRest(script: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      try await fill(btrfs)
      let name = "@-presync-20240102T000000Z-00000002"
      try await btrfs.sh(
        "device=$(findmnt -no SOURCE \(btrfs.topLevel)); cd \(btrfs.snapshots); "
          + script.split(separator: "NAME", omittingEmptySubsequences: false).joined(
            separator: name))
      let outcome = try await snapshot(
        "prune", "--snapshot-dir", btrfs.snapshots.string, "--keep-recent", "0")
      #expect(outcome.status == 2)
      #expect(outcome.logs.filter { $0.level == .warning }.count == 1)
      #expect(try await daysLeft(btrfs) == "2")
    }
  }
}
