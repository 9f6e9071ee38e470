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
}
