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
      modules: [:], updated: session.timestamp, isRolledBack: isRolledBack)
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

  /// Ages in days of the completed sessions with one peer, the newest last; what of each is left.
  static let ages: [(days: [Int], current: Int, expiring: [Int], expired: Int)] = [
    ([0], 1, [], 0), ([82], 1, [], 0), ([83], 1, [83], 0), ([89], 1, [89], 0), ([90], 0, [], 1),
    ([200, 100, 89], 1, [89], 1), ([89, 84], 2, [89, 84], 0), ([88, 10], 2, [88], 0),
    ([88, 10, 1], 2, [], 0), ([400, 300, 200], 0, [], 2),
  ]

  @Test("N3 S2: a pin lasts 90 days, and is said 7 days before its end", arguments: ages)
  func pinsExpire(
    _ example: (days: [Int], current: Int, expiring: [Int], expired: Int)
  ) {
    let records = example.days.map { Self.record("000000\($0)", peer: "vega", daysOld: $0) }
    let pinned = PinnedSessions(records, now: Self.now)
    #expect(pinned.current.count == example.current)
    #expect(pinned.expired.count == example.expired)
    #expect(pinned.expiring.map(\.sessionID) == example.expiring.map { "000000\($0)" })
  }

  @Test func theNewestSaysWhatItsEndCosts() {
    let records = [89, 84].map { Self.record("000000\($0)", peer: "vega", daysOld: $0) }
    let pins = PinnedSessions(records, now: Self.now).expiring
    #expect(
      pins.map(\.warning) == [
        "the snapshots of session 00000089 with vega are kept until 2026-06-02 only",
        "the snapshots of session 00000084 with vega are kept until 2026-06-07 only: unless there is"
          + " a sync before, the next one has to compare everything",
      ])
  }

  @Test func withoutHistoryNothingIsPinned() {
    #expect(PinnedSessions([], now: Self.now).current.isEmpty)
  }

  @Test("U2: the newest two are those with the highest numbers, and a pin ends by our own clock")
  func theHighestNumbersArePinned() {
    let ages = [(1, -5), (2, 300), (3, 299)]
    let records = ages.map { number, days in
      var record = Self.record("0000000\(number)", peer: "vega", daysOld: days)
      record.number = number
      record.updated = Self.now
      return record
    }
    #expect(PinnedSessions(records, now: Self.now).current == ["00000002", "00000003"])
  }
}
