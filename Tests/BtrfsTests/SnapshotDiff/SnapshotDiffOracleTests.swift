import FileTrees
import FoundationEssentials
import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import Btrfs

/// Random edits between two snapshots; what the comparison says must make the one into the other.
///
/// `PCS_DIFF_ROUNDS` is how many times, `PCS_DIFF_SEED` from where on.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct SnapshotDiffOracleTests {
  private static func number(_ name: String, or other: UInt64) -> UInt64 {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? other
  }

  @Test func itsLinesMakeACopyOfTheBaseLikeTheNewSnapshot() async throws {
    let seed = Self.number("PCS_DIFF_SEED", or: 20_261_123)
    let rounds = Self.number("PCS_DIFF_ROUNDS", or: 120)
    print("SnapshotDiffOracleTests: PCS_DIFF_SEED=\(seed) PCS_DIFF_ROUNDS=\(rounds)")
    try await ScratchBtrfs.with(size: "2G") { btrfs in
      umask(0)
      try await btrfs.sh("btrfs -q subvolume create empty", in: btrfs.topLevel)
      var seen: [String: Int] = [:]
      for round in 0..<rounds {
        if round % 50 == 0 { try await btrfs.sh(Self.start, in: btrfs.topLevel) }
        var one = try Round(btrfs.topLevel, seed: seed + round)
        guard let changes = try one.run() else { return }
        for change in changes { seen["\(change.operation) \(change.kind ?? "-")", default: 0] += 1 }
      }
      print("SnapshotDiffOracleTests: \(seen.sorted { $0.key < $1.key })")
      #expect(seen.count > 25, "too little happened")
    }
  }

  /// A fresh subvolume now and then, so that the tree stays small and numbers are given again.
  private static let start = """
    for old in live base; do ! test -e $old || mv $old $old-$(date +%s.%N); done
    btrfs -q subvolume create live && btrfs -q subvolume snapshot -r live base
    """
}

/// One sequence of edits.
///
/// The snapshot `base` of `live` is there; at the end it is a newer one.
private struct Round {
  let top: Directory
  let seed: UInt64
  var edits: RandomEdits

  init(_ path: FilePath, seed: UInt64) throws {
    top = try Directory(path)
    self.seed = seed
    edits = RandomEdits(
      FileTree(root: path.appending("live")), empty: path.appending("empty"),
      random: SeededGenerator(seed: seed))
  }

  /// The changes; nil when they are not right.
  mutating func run() throws -> [Change]? {
    let count = Int.random(in: 1...40, using: &edits.random)
    try edits.run(count)
    try snapshot("live", "new", isReadOnly: true)
    try snapshot("base", "copy", isReadOnly: false)
    var changes: [Change] = []
    do {
      changes = try SnapshotDiff(base: directory("base"), new: directory("new")).changes()
      try AppliedChanges(copy: tree("copy"), new: tree("new")).apply(changes)
    } catch {
      Issue.record("\(error)\n\(story(changes))")
      return nil
    }
    let differences = try differences()
    if !differences.isEmpty {
      Issue.record("\(differences.joined(separator: "\n"))\n\(story(changes))")
      return nil
    }
    try checkLines(changes)
    try Subvolume.delete("copy", in: top)
    try Subvolume.delete("base", in: top)
    rename(top.path.appending("new").string, top.path.appending("base").string)
    return changes
  }

  private func tree(_ name: String) -> FileTree { FileTree(root: top.path.appending(name)) }

  private func directory(_ name: String) throws -> Directory {
    try Directory(top.path.appending(name))
  }

  private func snapshot(_ source: String, _ name: String, isReadOnly: Bool) throws {
    try Subvolume.snapshot(directory(source), in: top, name, isReadOnly: isReadOnly)
  }

  private func differences() throws -> [String] {
    let copy = try tree("copy").manifest()
    let new = try tree("new").manifest()
    return Set(copy.keys).union(new.keys).filter { copy[$0] != new[$0] }.map {
      "\($0)\n  is        \(copy[$0] ?? "-")\n  should be \(new[$0] ?? "-")"
    }.sorted()
  }

  /// What every line promises about itself.
  private func checkLines(_ changes: [Change]) throws {
    var seen: Set<String> = []
    for change in changes {
      let isNew = seen.insert("\(change.operation) \(change.path.bytes)").inserted
      #expect(isNew, "twice: \(change)")
      let place = change.operation == .deleted ? tree("base") : tree("new")
      let status = try #require(place.status(change.path), "\(change)")
      #expect(change.inode == UInt64(status.st_ino))
      #expect(change.kind == FileStatus(status).kind)
    }
  }

  private func story(_ changes: [Change]) -> String {
    "seed \(seed)\n" + edits.log.joined(separator: "\n") + "\n--\n"
      + changes.map { "\($0.operation) \($0.from.map { "\($0) -> " } ?? "")\($0.path)" }
      .joined(separator: "\n")
  }
}
