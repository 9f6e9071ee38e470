import PCSCore
import SystemPackage
import Testing

@testable import Btrfs

@Suite struct PinnedSessionsTests {
  static let now = Timestamp("2026-06-01T00:00:00Z") ?? .now

  static func record(
    _ id: String, peer: String, daysOld days: Int, _ state: SessionState = .completed,
    isRolledBack: Bool = false
  ) -> SessionRecord {
    var session = SyncSession(
      id: id, timestamp: Timestamp(milliseconds: now.milliseconds - Int64(days) * 86_400_000),
      sourceHostname: "atlas", targetHostname: "vega", enabledModules: ["btrfs-snapshots"],
      lockPath: "/run/pc-switcher/pc-switcher.lock", target: "vega", configPath: nil, dryRun: false)
    session.state = state
    return SessionRecord(
      role: .source, peer: .init(machineID: peer, hostname: peer), session: session, snapshots: [],
      modules: [:], isRolledBack: isRolledBack)
  }

  @Test func theNewestTwoCompletedOfEachPeerStay() {
    let pinned = PinnedSessions(
      [
        Self.record("00000001", peer: "vega", daysOld: 1, .failed),
        Self.record("00000002", peer: "vega", daysOld: 2),
        Self.record("00000003", peer: "vega", daysOld: 3, isRolledBack: true),
        Self.record("00000004", peer: "vega", daysOld: 4),
        Self.record("00000005", peer: "vega", daysOld: 5),
        Self.record("00000006", peer: "lyra", daysOld: 89),
        Self.record("00000007", peer: "lyra", daysOld: 91),
      ], now: Self.now)
    #expect(pinned.current == ["00000002", "00000004", "00000006"])
    #expect(pinned.expired == ["00000007"])
  }

  @Test func withoutHistoryNothingIsPinned() {
    #expect(PinnedSessions([], now: Self.now).current.isEmpty)
  }
}
