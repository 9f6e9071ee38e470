import LogFile
import PCSCore
import Testing

@Suite struct LogRetentionTests {
  private static let now = Timestamp(milliseconds: 1_000_000_000_000)

  /// A log of 10 bytes for each age in days.
  private func logs(_ days: [Int]) -> [StoredLog] {
    days.map { day in
      let time = Timestamp(milliseconds: Self.now.milliseconds - Int64(day) * 86_400_000)
      return StoredLog(name: LogName(time, sessionID: "0badcafe"), size: 10, modified: time)
    }
  }

  @Test(
    arguments: [
      (LogRetention(count: 50), []),
      (LogRetention(count: 2), [9, 5]),
      (LogRetention(count: 0), [9, 5, 2]),
      (LogRetention(size: 25), [9, 5]),
      (LogRetention(size: 1), [9, 5, 2]),
      (LogRetention(age: .seconds(4 * 86400)), [9, 5]),
      (LogRetention(age: .seconds(1)), [9, 5, 2]),
    ])
  func removesTheOldest(_ retention: LogRetention, _ expired: [Int]) {
    #expect(retention.expired(logs([2, 9, 1, 5]), now: Self.now) == logs(expired))
  }

  @Test(
    arguments: [
      ("sync-20251115T120000Z-abc12345.log", true), ("sync-20251115T120000Z-abc12345.txt", false),
      ("sync-20251115-abc12345.log", false), ("notes.log", false), ("", false),
      ("sync-20251115T120000Z-ABC12345.log", false),
      ("a-sync-20251115T120000Z-abc12345.log", false),
    ])
  func readsOnlyOurNames(_ name: String, _ isOurs: Bool) {
    #expect((LogName(name) != nil) == isOurs)
    if isOurs { #expect(LogName(name)?.text == name) }
  }
}
