import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct SnapshotDiffTests {
  let snapshot = Tool("pcs-snapshot")

  /// The changes between two snapshots of `@`, taken before and after a script in it.
  func changes(
    _ btrfs: ScratchBtrfs, before: String, after: String
  ) async throws -> [Change] {
    try await btrfs.sh(before, in: btrfs.root)
    try await btrfs.sh("btrfs -q subvolume snapshot -r root top/base", in: btrfs.place)
    try await btrfs.sh(after, in: btrfs.root)
    try await btrfs.sh("btrfs -q subvolume snapshot -r root top/new", in: btrfs.place)
    let outcome = try await snapshot("diff", "top/base", "top/new", directory: btrfs.place)
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.result?.status == .success)
    return outcome.events.compactMap { if case .change(let change) = $0 { change } else { nil } }
  }

  func lines(_ changes: [Change]) -> [String] {
    changes.map { "\($0.operation) \($0.from.map { "\($0) -> " } ?? "")\($0.path)" }
  }

  @Test func tellsEachKindOfChangeInOneLine() async throws {
    try await ScratchBtrfs.with { btrfs in
      let changes = try await changes(
        btrfs,
        before: """
          mkdir dir gone moved && echo 1 > dir/file && echo 2 > moved/in && echo 3 > gone/f
          dd if=/dev/zero of=big bs=64k count=4 status=none && echo m > mode && echo x > dir/x
          """,
        after: """
          echo new > dir/new && ln -s file dir/link && rm -r gone && mv moved there && ln mode name
          chmod 600 mode && printf abc | dd of=big bs=1 seek=131072 conv=notrunc status=none
          mv dir/x x && echo more >> x && mkfifo pipe && touch -d @7 dir/file
          """)
      #expect(
        lines(changes) == [
          "created dir/link", "created dir/new", "deleted gone/f", "deleted gone",
          "linked mode -> name", "created pipe", "renamed moved -> there", "renamed dir/x -> x",
          "modified x", "metadata mode", "metadata dir/file", "metadata dir", "modified big",
          "metadata .",
        ])
      let named = Dictionary(grouping: changes, by: \.path).compactMapValues(\.last)
      #expect(named["big"]?.extents == [131_072..<135_168])
      #expect(named["big"]?.size == 262_144)
      #expect(named["dir/link"]?.kind == "symlink" && named["pipe"]?.kind == "fifo")
      #expect(named["there"]?.kind == "directory" && named["there"]?.size == nil)
      let inode = try await btrfs.sh("stat -c %i top/base/gone/f", in: btrfs.place)
      #expect(named["gone/f"]?.inode == UInt64(inode))
    }
  }

  @Test func resolvesWhatTheKernelGivesNamesForTheTimeBeing() async throws {
    try await ScratchBtrfs.with { btrfs in
      let changes = try await changes(
        btrfs,
        before: """
          mkdir a b a/in && echo 1 > a/f && echo 2 > b/f && echo 3 > was && mkdir -p p/q/r
          echo 4 > p/q/r/leaf && btrfs -q subvolume create b/sub && mkdir b/sub/below
          """,
        after: """
          mv a t && mv b a && mv t b && rm was && mkdir was && echo 5 > was/f
          mv p/q q && mv p q/r/p && btrfs -q subvolume delete a/sub && rm a/f && rmdir a
          """)
      #expect(
        Set(lines(changes).filter { !$0.hasPrefix("metadata") }) == [
          "renamed a -> b", "deleted b/f", "deleted b", "deleted was", "created was",
          "created was/f", "renamed p/q -> q", "renamed p -> q/r/p",
        ])
      #expect(!changes.contains { $0.path.bytes.first == UInt8(ascii: "o") })
    }
  }

  @Test func namesOfAnyBytesComeExactly() async throws {
    try await ScratchBtrfs.with { btrfs in
      let long = String(repeating: "é", count: 127) + "x"
      let changes = try await changes(
        btrfs, before: "echo 1 > \(long)",
        after: "mv \(long) \"$(printf 'a\\377\\nb')\" && touch \"$(printf '\\033[31m')\"")
      let renamed = try #require(changes.first { $0.operation == .renamed })
      #expect(renamed.path.bytes == [0x61, 0xFF, 0x0A, 0x62])
      #expect(renamed.from?.string == long)
      let text = try await snapshot(
        "diff", "top/base", "top/new", "--format", "text", directory: btrfs.place)
      #expect(text.output.contains("created \\u{1b}[31m\n"))
    }
  }

  @Test func comparesWithACopyOfARolledBackSnapshotToo() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh(
        """
        echo 1 > @home/a && echo 2 > @home/b
        btrfs -q subvolume snapshot -r @home base && btrfs -q subvolume snapshot -r @home between
        btrfs -q subvolume snapshot between copy && btrfs -q subvolume delete between
        btrfs -q subvolume delete @home && rm copy/a && btrfs -q subvolume snapshot -r copy new
        """, in: btrfs.topLevel)
      let outcome = try await snapshot("diff", "base", "new", directory: btrfs.topLevel)
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("\"op\":\"deleted\",\"path\":\"a\""))
      let same = try await snapshot("diff", "new", "new", directory: btrfs.topLevel)
      #expect(same.events.count == 1 && same.status == 0)
    }
  }

  @Test func findsOurSnapshotsByTheirNames() async throws {
    try await ScratchBtrfs.with { btrfs in
      let place = ["--snapshot-dir", btrfs.snapshots.string]
      let base = try await snapshot.run(["pre", "--subvolume", "@home"] + place).snapshots
      try await btrfs.sh("touch @home/new", in: btrfs.topLevel)
      let new = try await snapshot.run(["post", "--subvolume", "@home"] + place).snapshots
      let names = (base + new).map { FilePath($0.snapshotPath).lastComponent?.string ?? "" }
      let outcome = try await snapshot.run(["diff"] + names + place)
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("\"op\":\"created\",\"path\":\"new\""))
    }
  }

  static let refusals: [(base: String, new: String, kind: String)] = [
    ("nothing", "snapshot", "btrfs.failed"), ("snapshot", "@", "diff.writable"),
    ("snapshot", "@/dir", "diff.not_subvolume"), ("snapshot", "other", "diff.unrelated"),
    ("/proc", "snapshot", "btrfs.none"),
  ]

  @Test func refusesWithAReason() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh(
        """
        mkdir @/dir && btrfs -q subvolume snapshot -r @ snapshot
        btrfs -q subvolume snapshot -r @home other
        """, in: btrfs.topLevel)
      for (base, new, kind) in Self.refusals {
        let outcome = try await snapshot("diff", base, new, directory: btrfs.topLevel)
        #expect(outcome.status == 1 && outcome.result?.error?.kind == kind, "\(base) \(new)")
      }
      try await ScratchBtrfs.with { elsewhere in
        try await elsewhere.sh("btrfs -q subvolume snapshot -r @ far", in: elsewhere.topLevel)
        let far = elsewhere.topLevel.appending("far").string
        let outcome = try await snapshot("diff", "snapshot", far, directory: btrfs.topLevel)
        #expect(outcome.result?.error?.kind == "diff.file_system")
      }
    }
  }

  @Test func saysWhenAPathIsTooLongForTheKernel() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh(
        """
        name=$(printf %0250d 0); deep() { for i in $(seq 20); do mkdir -p $name; cd -P $name; done; }
        (deep; echo 1 > leaf) && btrfs -q subvolume snapshot -r . ../top/base
        (deep; mv leaf leaf2) && btrfs -q subvolume snapshot -r . ../top/new
        """, in: btrfs.root)
      let outcome = try await snapshot("diff", "top/base", "top/new", directory: btrfs.place)
      #expect(outcome.status == 1 && outcome.result?.error?.kind == "diff.too_deep")
    }
  }

  @Test func anyoneButRootIsTurnedAway() async throws {
    let outcome = try await Tool(at: "/usr/bin/setpriv").run(
      ["--reuid=65534", "--clear-groups", Tool.path("pcs-snapshot").string, "diff", "a", "b"])
    #expect(outcome.status == 77 && outcome.result?.error?.kind == "btrfs.root")
  }
}

extension ScratchBtrfs {
  /// The directory that holds `root` and `top`.
  fileprivate var place: FilePath { root.removingLastComponent() }
}
