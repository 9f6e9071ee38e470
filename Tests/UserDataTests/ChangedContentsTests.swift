import FileTrees
import PCSCore
import PCSTestSupport
import SyncFilter
import SystemPackage
import Testing

@testable import LiveCommit
@testable import UserData

/// Which changed files are sent as ranges.
struct ChangedContentsTests {
  private static let mebibyte: UInt64 = 1 << 20

  /// The plan for a file of `size`, of which the base has `before` bytes.
  private static func plan(
    _ size: UInt64, before: UInt64, written: [Range<UInt64>]?, there: Set<FilePath> = [],
    left: Set<FilePath> = [], unread: Set<FilePath> = [],
    change: (inout MirrorPlan) -> Void = { _ in }
  ) async throws -> MirrorPlan {
    try await withScratchDirectory { scratch in
      _ = try await Tool(at: "/bin/sh").run(
        ["-c", "mkdir d && truncate -s \(before) d/f && ln -s f d/link"], directory: scratch)
      let base = EntryTree(try Directory(scratch))
      var entry = try #require(try base.entry(at: "d/f"))
      entry.size = size
      var plan = MirrorPlan()
      plan.changes.settings = [FolderChanges.Setting(path: "d/f", entry: entry, hasContent: true)]
      change(&plan)
      let written = written.map { [plan.changes.settings[0].path: $0] } ?? [:]
      try ChangedContents(written, base: base, there: there, left: left, unread: unread)
        .addBases(to: &plan)
      return plan
    }
  }

  @Test(
    arguments: [
      // size, size before, ranges, what is sent
      (8, 8, [0..<1, 2..<3], [0..<1, 2..<3]),
      (8, 8, [], []),
      (8, 8, [0..<5], nil), (8, 8, [0..<4], nil),
      (8, 8, nil, nil),
      (1, 8, [], []), (8, 1, [0..<1], [0..<1]),
      (8, 8, [0..<1, 7..<9], [0..<1, 7..<8]), (8, 9, [8..<9], []), (4, 9, [3..<8], [3..<4]),
      (100, 90, [1..<2], [1..<2]),
    ] as [(UInt64, UInt64, [Range<UInt64>]?, [Range<UInt64>]?)])
  func sendsTheRangesOfLargeFiles(
    size: UInt64, before: UInt64, written: [Range<UInt64>]?, expected: [Range<UInt64>]?
  ) async throws {
    func bytes(_ ranges: [Range<UInt64>]?) -> [Range<UInt64>]? {
      ranges?.map { $0.lowerBound * Self.mebibyte..<$0.upperBound * Self.mebibyte }
    }
    let plan = try await Self.plan(
      size * Self.mebibyte, before: before * Self.mebibyte, written: bytes(written))
    #expect(plan.written["d/f"] == bytes(expected))
    #expect(plan.changes.settings[0].base?.size == (expected == nil ? nil : before * Self.mebibyte))
    #expect(
      plan.amount.bytes == bytes(expected).map { $0.bytes } ?? plan.changes.settings[0].entry.data)
    #expect((plan.changes.settings[0].base?.digest == nil) == (expected == nil || before >= 64))
  }

  @Test func readsTheBaseOfALargeFileThatNoSyncHasRead() async throws {
    let size = ChangedContents.leastUnread
    for (unread, isRead) in [([], false), (["d/f"], true), (["d"], false)]
      as [(Set<FilePath>, Bool)]
    {
      let plan = try await Self.plan(size, before: size, written: [0..<4096], unread: unread)
      #expect(plan.changes.settings[0].base?.size == size)
      #expect((plan.changes.settings[0].base?.digest != nil) == isRead)
    }
  }

  @Test func sendsWholeWhatMayNotBeThereAsInTheBase() async throws {
    let size = 8 * Self.mebibyte
    let ranges = [0..<4096] as [Range<UInt64>]
    func isWhole(
      there: Set<FilePath> = [], left: Set<FilePath> = [],
      _ change: (inout MirrorPlan) -> Void = { _ in }
    ) async throws -> Bool {
      let plan = try await Self.plan(
        size, before: size, written: ranges, there: there, left: left, change: change)
      #expect((plan.changes.settings[0].base == nil) == plan.written.isEmpty)
      return plan.changes.settings[0].base == nil
    }
    #expect(try await !isWhole())
    #expect(try await isWhole(there: ["d/f"]))
    #expect(try await !isWhole(there: ["d", "d/g"]))
    #expect(try await isWhole(left: ["d"]))
    #expect(try await isWhole { $0.changes.settings[0].hasContent = false })
    #expect(try await isWhole { $0.changes.settings[0].entry.links = 2 })
    #expect(try await isWhole { $0.changes.settings[0].entry.inode += 1 })
    #expect(try await isWhole { $0.changes.settings[0].path = "other" })
    // By its place before.
    func move(_ plan: inout MirrorPlan) {
      plan.changes.renames = [Rename(from: "d", to: "e", isDirectory: true)]
      plan.changes.settings[0].path = "e/f"
    }
    #expect(try await !isWhole(move))
    #expect(try await isWhole(left: ["d/f"], move))
    #expect(
      try await isWhole { $0.changes.renames = [Rename(from: "x", to: "d", isDirectory: true)] })
  }

  @Test func forgetsRangesWhenAnotherChangeHasNone() async throws {
    let ranges = FolderChange(.content, "f", isDirectory: false, written: [1..<2])
    let unknown = FolderChange(.content, "f", isDirectory: false)
    let attributes = FolderChange(.attributes, "f", isDirectory: false)
    for (changes, isKnown) in [
      ([ranges], true), ([ranges, attributes], true), ([attributes, ranges], true),
      ([ranges, unknown], false), ([unknown, ranges], false), ([unknown], false),
      ([attributes], false),
    ] {
      let source = try await SourceChanges(changes, now: Self.tree(), base: Self.tree())
      #expect((source.written["f"] != nil) == isKnown)
    }
  }

  private static func tree() async throws -> FilteredTree {
    try await withScratchDirectory { scratch in
      let list = FilterList(folder: "/home", exceptions: [], user: UserRules(exclude: []))
      return FilteredTree(EntryTree(try Directory(scratch)), Filter(list) { _ in nil })
    }
  }
}
