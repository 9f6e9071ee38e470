import FoundationEssentials
import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing
import UserData

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
      for round in 0..<rounds {
        try await commitOnce(scene, seed: seed + round)
      }
    }
  }

  private func commitOnce(_ scene: CommitScene, seed: UInt64) async throws {
    var edits = RandomEdits(scene.live, empty: nil, random: SeededGenerator(seed: seed))
    try edits.run(10)
    try scene.takeSnapshots()
    edits = RandomEdits(scene.stage, empty: nil, random: edits.random)
    try edits.run(Int.random(in: 1...40, using: &edits.random))
    try await scene.commit()
    let story = "seed \(seed)\n" + edits.log.joined(separator: "\n")
    #expect(scene.undone == [], "\(story)")
    #expect(try scene.differences() == [], "\(story)")
    #expect(try scene.commits.list() == [])
    try checkRecord(scene, story)
    // Nothing is left to do.
    try scene.takeSnapshots()
    #expect(try await scene.commit() == [], "\(story)")
  }

  /// Of every path that differs from before the record tells how it was left.
  private func checkRecord(_ scene: CommitScene, _ story: String) throws {
    let record = try #require(try scene.record())
    for change in try scene.changesSinceBefore() {
      let isKnown: Bool
      if let status = scene.live.status(change.path), change.operation != .deleted {
        let changed = FileTime(
          seconds: Int64(status.st_ctim.tv_sec), nanoseconds: UInt32(status.st_ctim.tv_nsec))
        // The root has no name, and no entry.
        isKnown =
          change.path == "."
          || record.contains(change.path, inode: UInt64(status.st_ino), changed: changed)
      } else {
        isKnown = record.entry(at: change.path) != nil
      }
      #expect(isKnown, "\(change.operation) \(change.path) \(story)")
    }
  }
}
