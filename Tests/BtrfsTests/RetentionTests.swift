import PCSCore
import SystemPackage
import Testing

@testable import Btrfs

@Suite struct RetentionTests {
  static let now = Timestamp("2026-01-10T00:00:00Z") ?? .now

  /// A session that many days old.
  static func session(_ id: String, daysOld days: Int) -> [Snapshot] {
    ["@", "@home"].flatMap { subvolume in
      [Snapshot.Kind.preSync, .postSync].map { kind in
        let moment = Timestamp(milliseconds: now.milliseconds - Int64(days) * 86_400_000)
        let name = SnapshotName(
          subvolume: subvolume, kind: kind, timestamp: moment, sessionID: id)
        return Snapshot(
          subvolume: subvolume, snapshotPath: FilePath("/.snapshots/\(name.text)"),
          timestamp: moment,
          sessionID: id, kind: kind, hostname: "atlas", isReadOnly: true, uuid: "", generation: 1)
      }
    }
  }

  static let snapshots =
    session("00000001", daysOld: 1) + session("00000030", daysOld: 30)
    + session("00000010", daysOld: 10) + session("00000020", daysOld: 20)

  @Test(
    arguments: [
      (3, 7, [], ["00000030"]),
      (0, 7, [], ["00000030", "00000020", "00000010"]),
      (1, 15, [], ["00000030", "00000020"]),
      (1, nil, [], ["00000030", "00000020", "00000010"]),
      (4, 0, [], []),
      (9, nil, [], []),
      (0, nil, ["00000020"], ["00000030", "00000010", "00000001"]),
      (0, 30, [], ["00000030"]),
    ] as [(Int, Int?, Set<String>, [String])])
  func oldSessionsGoWhole(
    keepRecent: Int, days: Int?, pinned: Set<String>, expected: [String]
  ) {
    let retention = Retention(
      keepRecent: keepRecent, maximumAge: days.map { .seconds($0 * 86400) })
    let expired = retention.expired(Self.snapshots, pinned: pinned, now: Self.now)
    #expect(expired.map(\.sessionID) == expected.flatMap { Array(repeating: $0, count: 4) })
  }

  @Test func aSessionIsAsOldAsItsNewestSnapshot() {
    var members = Self.session("0000000a", daysOld: 30)
    members[0].timestamp = Self.now
    let retention = Retention(keepRecent: 0, maximumAge: .seconds(7 * 86400))
    #expect(retention.expired(members, now: Self.now).isEmpty)
  }

  /// A session whose snapshots were made at `generation`, by a clock of its own.
  private static func session(_ id: String, generation: UInt64, daysOld days: Int) -> [Snapshot] {
    session(id, daysOld: days).map { snapshot in
      var snapshot = snapshot
      snapshot.generation = generation
      return snapshot
    }
  }

  private func kept(_ snapshots: [Snapshot], numbers: [String: Int] = [:]) -> Set<String> {
    let expired = Retention(keepRecent: 2, maximumAge: nil)
      .expired(snapshots, numbers: numbers, now: Self.now)
    return Set(snapshots.map(\.sessionID)).subtracting(expired.map(\.sessionID))
  }

  @Test("U2 N3: the newest sessions are those with the highest numbers, whatever the clock said")
  func theHighestNumbersStay() {
    let snapshots =
      Self.session("0000000a", generation: 10, daysOld: -9)
      + Self.session("0000000b", generation: 20, daysOld: 5)
      + Self.session("0000000c", generation: 30, daysOld: 4)
    #expect(
      kept(snapshots, numbers: ["0000000a": 1, "0000000b": 2, "0000000c": 3])
        == ["0000000b", "0000000c"])
    // Another file system has generations of its own.
    #expect(
      kept(snapshots, numbers: ["0000000a": 3, "0000000b": 2, "0000000c": 1])
        == ["0000000a", "0000000b"])
  }

  @Test("U2 N3: what has no number stands where its generation puts it")
  func withoutANumberTheGenerationDecides() {
    let snapshots =
      Self.session("0000000a", generation: 10, daysOld: -9)
      + Self.session("0000000b", generation: 20, daysOld: 5)
      + Self.session("0000000c", generation: 30, daysOld: 4)
    #expect(kept(snapshots) == ["0000000b", "0000000c"])
    #expect(
      kept(snapshots, numbers: ["0000000a": 1, "0000000c": 2]) == ["0000000b", "0000000c"])
  }
}
