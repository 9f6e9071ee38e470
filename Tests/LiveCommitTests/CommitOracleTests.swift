import FileTrees
import FoundationEssentials
import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing
import UserData

@testable import LiveCommit
@testable import UserData

/// Random edits of a stage: afterwards the live tree is like the stage in everything that can be seen.
///
/// `PCS_COMMIT_ROUNDS` is how many times, `PCS_COMMIT_SEED` from where on.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct CommitOracleTests {
  private static func number(_ name: String, or other: UInt64) -> UInt64 {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? other
  }

  @Test func theLiveTreeBecomesLikeTheStage() async throws {
    let seed = Self.number("PCS_COMMIT_SEED", or: 4_711)
    let rounds = Self.number("PCS_COMMIT_ROUNDS", or: 20)
    try await ScratchBtrfs.with(size: "2G") { btrfs in
      umask(0)
      let scene = try CommitScene(btrfs)
      var quiet = 0
      for round in 0..<rounds {
        quiet += try await commitOnce(scene, seed: seed + round) ? 1 : 0
      }
      #expect(quiet > 0)
    }
  }

  @Test func aPlanAloneDoesTheSame() async throws {
    let seed = Self.number("PCS_COMMIT_SEED", or: 4_711)
    let rounds = Self.number("PCS_COMMIT_ROUNDS", or: 20)
    try await ScratchBtrfs.with(size: "2G") { btrfs in
      umask(0)
      let scene = try CommitScene(btrfs)
      var planned: UInt64 = 0
      for round in 0..<rounds {
        do {
          _ = try await commitOnce(scene, seed: seed + round, isPlanned: true)
          planned += 1
        } catch is StagePlan.Unplannable {}
      }
      #expect(planned > rounds * 3 / 4)
    }
  }

  /// Returns whether the record alone told that nobody else wrote anything.
  private func commitOnce(
    _ scene: CommitScene, seed: UInt64, isPlanned: Bool = false
  ) async throws -> Bool {
    var edits = RandomEdits(scene.live, empty: nil, random: SeededGenerator(seed: seed))
    try edits.run(10)
    try scene.takeSnapshots()
    edits = RandomEdits(scene.stage, empty: nil, random: edits.random)
    try edits.run(Int.random(in: 1...40, using: &edits.random))
    try scene.commit(isPlanned ? scene.prepare() : nil)
    let story = "seed \(seed)\n" + edits.log.joined(separator: "\n")
    #expect(scene.undone == [], "\(story)")
    #expect(try scene.differences() == [], "\(story)")
    #expect(try scene.commits.list() == [])
    let isQuiet = try checkRecord(scene, story)
    // Nothing is left to do.
    try scene.takeSnapshots()
    #expect(try scene.commit() == [], "\(story)")
    return isQuiet
  }

  /// Every difference from before is known as the commit's own, until somebody else changes it.
  private func checkRecord(_ scene: CommitScene, _ story: String) throws -> Bool {
    let record = try #require(try scene.record())
    let own = OwnWrites([record])
    let tree = EntryTree(try Directory(scene.live.root))
    func isOwn(_ path: FilePath) throws -> Bool {
      try own.isOwn(path, tree.entry(at: path), in: tree.number(around: path))
    }
    let isQuiet = try scene.withSnapshot { try record.isAll(between: $0, and: $1) }
    var files: [FilePath] = []
    for change in try scene.changesSinceBefore() {
      let path = change.path == "." ? "" : change.path
      #expect(try isOwn(path), "\(change.operation) \(path) \(story)")
      if change.kind == "file", change.operation != .deleted { files.append(path) }
    }
    for path in files {
      let file = scene.live.root.pushing(path)
      #expect(file.withPlatformString { chown($0, 0, 12) } == 0)
      #expect(try !isOwn(path), "\(path) \(story)")
    }
    if !files.isEmpty {
      #expect(try scene.withSnapshot { try !record.isAll(between: $0, and: $1) }, "\(story)")
    }
    return isQuiet
  }
}
