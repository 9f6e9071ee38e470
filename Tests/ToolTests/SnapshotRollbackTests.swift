import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct SnapshotRollbackTests {
  let snapshot = Tool("pcs-snapshot")

  /// A session with snapshots of `@` and `@home`, after which both changed.
  func change(_ btrfs: ScratchBtrfs) async throws {
    try await btrfs.sh(
      """
      cd \(btrfs.topLevel) && echo old > @home/file && echo old > @/file && mkdir @home/dir
      btrfs -q subvolume create @home/dir/nested && echo kept > @home/dir/nested/file
      """)
    let taken = try await take("pre", btrfs)
    #expect(taken.status == 0)
    try await btrfs.sh(
      """
      cd \(btrfs.topLevel) && echo new > @home/file && echo new > @/file && touch @home/added
      mkdir @home/later && btrfs -q subvolume create @home/later/nested
      """)
  }

  func take(
    _ verb: String, _ btrfs: ScratchBtrfs, session: String = "0badcafe"
  ) async throws -> Tool.Outcome {
    try await snapshot.run(
      [verb, "--subvolume", "@", "@home", "--session", session] + place(btrfs))
  }

  func rollback(_ btrfs: ScratchBtrfs, _ options: String...) async throws -> Tool.Outcome {
    let command =
      [Tool.path("pcs-snapshot").string, "rollback", "--session", "0badcafe"] + options
      + place(btrfs)
    return try await Tool(at: "/usr/bin/env").run(Tool.isolating + command)
  }

  func place(_ btrfs: ScratchBtrfs) -> [String] { ["--snapshot-dir", btrfs.snapshots.string] }

  /// The names at the top level, with the put-aside ones shortened.
  func topLevel(_ btrfs: ScratchBtrfs) async throws -> String {
    try await btrfs.sh("ls \(btrfs.topLevel) | sed 's/-rolledback-.*/-rolledback/' | tr '\\n' ' '")
  }

  func content(_ btrfs: ScratchBtrfs) async throws -> String {
    try await btrfs.sh(
      "cd \(btrfs.topLevel); cat @home/file @/file @home/dir/nested/file; ls -m @home @home/dir")
  }

  static let before = "old\nold\nkept\n@home:\ndir, file\n\n@home/dir:\nnested"

  @Test("N4: what was comes back, what is replaced is kept") func bringsBackWhatWasAndKeepsWhatIs()
    async throws
  {
    try await ScratchBtrfs.with { btrfs in
      try await change(btrfs)
      #expect(try await take("post", btrfs).status == 0)
      let outcome = try await rollback(btrfs, "--yes")
      #expect(outcome.status == 2, "\(outcome.output)")
      #expect(try await content(btrfs) == Self.before)
      #expect(try await topLevel(btrfs) == "@ @-rolledback @home @home-rolledback @snapshots ")
      #expect(try await btrfs.sh("cat \(btrfs.topLevel)/@home-rolledback-*/file") == "new")
      #expect(
        try await btrfs.sh("ls \(btrfs.snapshots) | sed 's/-2.*//'") == "@-presync\n@home-presync")
      // What is later than the snapshot has no place in it, and is named.
      let left = outcome.logs.filter { $0.message.contains("later/nested") }
      #expect(left.map(\.level) == [.warning])
      // The mounted one waits for its remount, the other one does not.
      #expect(
        outcome.logs.contains { $0.message.contains("@home is back to before the sync, now") })
      #expect(outcome.logs.contains { $0.message.contains("once \(btrfs.root) is mounted anew") })
      #expect(try await btrfs.sh("cat \(btrfs.root)/file") == "new")
    }
  }

  @Test("N4: a dry run names the later work that would go aside, and where") func namesLaterWork()
    async throws
  {
    try await ScratchBtrfs.with { btrfs in
      try await change(btrfs)
      let since = try await rollback(btrfs, "--dry-run")
      #expect(since.status == 0)
      let warnings = since.logs.filter { $0.level == .warning }.map(\.message)
      #expect(warnings.map { $0.prefix { $0 != ":" } } == ["@", "@home"])
      #expect(warnings.last?.contains("added, file, later") == true, "\(warnings)")
      #expect(warnings.last?.contains("since the sync began") == true)
      #expect(warnings.last?.contains("aside into @home-rolledback-…") == true)
      #expect(try await topLevel(btrfs) == "@ @home @snapshots ")
      // With a post-sync snapshot what the sync did is no later work.
      #expect(try await take("post", btrfs).status == 0)
      try await btrfs.sh("cd \(btrfs.topLevel) && echo more > @home/dir/work")
      let after = try await rollback(btrfs, "--dry-run")
      let messages = after.logs.map(\.message)
      #expect(messages.contains("@: nothing changed after the sync"), "\(messages)")
      #expect(messages.contains { $0.hasPrefix("@home: dir/work changed after the sync,") })
    }
  }

  @Test func untilTheRemountNothingElseIsDone() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await change(btrfs)
      #expect(try await rollback(btrfs, "--yes").status == 2)
      let again = try await rollback(btrfs, "--yes")
      #expect(again.status == 1)
      #expect(again.result?.error?.kind == "rollback.waits")
      // Another disk has an @ that is mounted; it is not the one that is meant.
      try await ScratchBtrfs.with { _ in
        let taken = try await take("pre", btrfs)
        #expect(taken.result?.error?.kind == "rollback.waits")
      }
      let prune = try await snapshot.run(["prune", "--rolledback"] + place(btrfs))
      #expect(prune.status == 2)
      #expect(try await topLevel(btrfs) == "@ @-rolledback @home @home-rolledback @snapshots ")
      try await btrfs.sh(
        "btrfs -q subvolume delete \(btrfs.topLevel)/@home-rolledback-*/later/nested")

      try await btrfs.sh(
        """
        device=$(findmnt -no SOURCE \(btrfs.topLevel)); umount -Rl \(btrfs.root)
        mount -o subvol=@ "$device" \(btrfs.root); mount -o subvol=@snapshots "$device" \(btrfs.snapshots)
        """)
      #expect(try await btrfs.sh("cat \(btrfs.root)/file") == "old")
      #expect(try await snapshot.run(["prune", "--rolledback"] + place(btrfs)).status == 0)
      #expect(try await topLevel(btrfs) == "@ @home @snapshots ")
      #expect(try await take("pre", btrfs, session: "0badbeef").status == 0)
    }
  }

  @Test("N4: a nested subvolume moves along whatever bytes its name has; one that stays is kept")
  func movesNestedSubvolumesByTheirBytes() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh(
        """
        cd \(btrfs.topLevel)/@home && name=$(printf 'caf\\351') && btrfs -q subvolume create "$name"
        echo kept >"$name/file"
        """)
      #expect(try await take("pre", btrfs).status == 0)
      #expect(try await rollback(btrfs, "--yes", "--subvolume", "@home").status == 0)
      let there = "cat \(btrfs.topLevel)/@home/caf*/file"
      #expect(try await btrfs.sh(there) == "kept")
      #expect(try await snapshot.run(["prune", "--rolledback"] + place(btrfs)).status == 0)
      #expect(try await btrfs.sh(there) == "kept")

      try await btrfs.sh(
        """
        cd \(btrfs.topLevel)/@home && mkdir later && cd later && name=$(printf 'th\\351')
        btrfs -q subvolume create "$name"; echo kept >"$name/file"
        """)
      #expect(try await rollback(btrfs, "--yes", "--subvolume", "@home").status == 2)
      let pruned = try await snapshot.run(["prune", "--rolledback"] + place(btrfs))
      #expect(pruned.status == 2)
      #expect(
        try await btrfs.sh("cat \(btrfs.topLevel)/@home-rolledback-*/later/th*/file") == "kept")
    }
  }

  @Test func askedWithoutATerminalItIsRefused() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await change(btrfs)
      let outcome = try await rollback(btrfs)
      #expect(outcome.status == 4)
      #expect(outcome.result?.error?.hint?.contains("--yes") == true)
      let dry = try await rollback(btrfs, "--dry-run")
      #expect(dry.status == 0)
      #expect(dry.logs.filter { $0.message.hasPrefix("Would bring ") }.count == 2)
      #expect(try await topLevel(btrfs) == "@ @home @snapshots ")
    }
  }

  static let refusals: [(String, String)] = [
    ("btrfs subvolume delete @snapshots/@home-presync-*", "rollback.missing"),
    ("btrfs property set @snapshots/@home-presync-* ro false", "rollback.changed"),
    ("btrfs subvolume set-default @home", "rollback.default_subvolume"),
  ]

  @Test(arguments: refusals)
  func refusedBeforeAnythingMoves(script: String, kind: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      try await change(btrfs)
      try await btrfs.sh("cd \(btrfs.topLevel); \(script)")
      let outcome = try await rollback(btrfs, "--yes", "--subvolume", "@", "@home")
      #expect(outcome.status == 1)
      #expect(outcome.result?.error?.kind == kind)
      #expect(try await topLevel(btrfs) == "@ @home @snapshots ")
    }
  }

  @Test func aTableThatMountsByNumberIsRefused() async throws {
    try await ScratchBtrfs.with { btrfs in
      let id = try await btrfs.sh("btrfs inspect-internal rootid \(btrfs.topLevel)/@home")
      try await btrfs.sh(
        "mkdir \(btrfs.root)/etc; echo '/dev/sda /home btrfs subvolid=\(id) 0 0' > \(btrfs.root)/etc/fstab"
      )
      try await change(btrfs)
      let outcome = try await rollback(btrfs, "--yes")
      #expect(outcome.result?.error?.kind == "rollback.subvolid")
      #expect(try await topLevel(btrfs) == "@ @home @snapshots ")
    }
  }

  @Test("N4: a missing snapshot is refused") func aMissingSessionIsRefused() async throws {
    try await ScratchBtrfs.with { btrfs in
      let outcome = try await rollback(btrfs, "--yes")
      #expect(outcome.result?.error?.kind == "rollback.missing")
    }
  }

  @Test(
    "N4 S2: a commit that waits is said by every verb, outlives prune, and is dropped with its session"
  )
  func aWaitingCommitIsDroppedWithItsSession() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await change(btrfs)
      let outcome = try await Tool(at: "/usr/bin/unshare")(
        "--mount", "sh", "-c",
        """
        mount -t tmpfs none /run; mount -t tmpfs none /var/lib
        commits=/var/lib/pc-switcher/commits; mkdir -p $commits
        jq -nc '{session_id: "0badcafe", peer: {machine_id: "id", hostname: "lyra"},
          folders: [{path: "/", subvolume: "@"}, {path: "/home", subvolume: "@home"}],
          started: "2025-11-15T12:00:00.000Z"}' >$commits/0badcafe.json
        try() {
          verb=$1; shift
          \(Tool.path("pcs-snapshot")) $verb "$@" --snapshot-dir \(btrfs.snapshots) >/var/lib/out
          echo "$verb $? $(jq -rs '[.[] | select(.context.waits == "commit")] | length
            ' /var/lib/out) $(tail -n 1 /var/lib/out | jq -r .error.kind)"
        }
        try pre --subvolume @home --session 00000001
        try post --subvolume @home --session 00000001
        try list
        try show $(basename \(btrfs.snapshots)/@home-presync-*-0badcafe)
        try prune --older-than 0s --keep-recent 0
        ls \(btrfs.snapshots) | sed 's/-2.*-/ /'
        try rollback --session 0badcafe --subvolume @home --yes
        try rollback --session 0badcafe --dry-run; ls $commits
        try rollback --session 0badcafe --yes; ls $commits; try list
        """)
      #expect(
        outcome.output == """
          pre 0 1 null
          post 0 1 null
          list 0 1 null
          show 0 1 null
          prune 0 1 null
          @-presync 0badcafe
          @home-presync 0badcafe
          rollback 1 1 rollback.commit_waits
          rollback 0 1 null
          0badcafe.json
          rollback 2 1 null
          list 0 0 null

          """, "\(outcome.errors)")
    }
  }

  /// The system calls that change something, in the order of the run.
  static let fatal = ["renameat2", "ioctl", "unlinkat", "unlink", "rename", "fsync"]

  @Test(arguments: fatal)
  func killedAnywhereAndRunAgainItFinishes(call: String) async throws {
    for number in 1...60 {
      let isDone = try await ScratchBtrfs.with { btrfs in
        try await change(btrfs)
        let command = """
          mount -t tmpfs none /run
          exec strace -f -qqq -o /dev/null -e trace=\(call) -e inject=\(call):signal=KILL:when=\(number) \
          \(Tool.path("pcs-snapshot")) rollback --session 0badcafe --yes --snapshot-dir \
          \(btrfs.snapshots)
          """
        let killed = try await Tool(at: "/usr/bin/unshare")("--mount", "sh", "-ec", command)
        if killed.status != 2 {
          let again = try await rollback(btrfs, "--yes")
          // Everything may have been done but the last words.
          let isFinished = again.status == 2 || again.result?.error?.kind == "rollback.waits"
          #expect(isFinished, "\(call) \(number): \(again.output)")
        }
        #expect(try await content(btrfs) == Self.before, "\(call) \(number)")
        #expect(
          try await topLevel(btrfs) == "@ @-rolledback @home @home-rolledback @snapshots ",
          "\(call) \(number)")
        #expect(try await btrfs.sh("ls -A \(btrfs.snapshots) | grep -v presync || true") == "")
        return killed.status == 2
      }
      if isDone { return }
    }
  }
}
