import PCSCore
import Testing

@Suite struct TimestampTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.001Z", 1),
      ("2025-11-15T12:00:00Z", 1_763_208_000_000), ("2025-11-15T12:00:00.250Z", 1_763_208_000_250),
      ("2100-02-28T23:59:59.999Z", 4_107_542_399_999), ("1969-12-31T23:59:59.500Z", -500),
      ("2025-11-15T12:00:00.5Z", 1_763_208_000_500),
      ("2025-11-15T12:00:00.123456789Z", 1_763_208_000_123),
    ] as [(String, Int64)])
  func isReadInUTC(text: String, milliseconds: Int64) {
    #expect(Timestamp(text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "now", "2025-11-15", "2025-11-15 12:00:00", "2025-11-15T12:00:00", "12:00:00Z",
    "2025-13-15T12:00:00Z", "2025-11-15T12:00:00Zx", "2025-11-15T12:00:00.Z",
    "2025-11-15T12:00:00.5",
    "2025-11-15T12:00:00.5x5Z", "2025-11-15T12:00:00+01:00", "2025-11-15T25:00:00Z",
  ])
  func whatIsNoMomentIsNil(_ text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test(arguments: [0, 1_763_208_000_000, 4_107_542_399_000, -86_400_000] as [Int64])
  func everyMillisecondComesBackAsItWent(second: Int64) {
    for milliseconds in second..<(second + 1000) {
      let timestamp = Timestamp(milliseconds: milliseconds)
      #expect(Timestamp("\(timestamp)") == timestamp)
    }
  }

  @Test func isWrittenWithMillisecondsAndZ() {
    let timestamp = Timestamp(milliseconds: 1_763_208_000_007)
    #expect("\(timestamp)" == "2025-11-15T12:00:00.007Z")
    #expect(timestamp.compact == "20251115T120000Z")
    #expect(timestamp < Timestamp(milliseconds: 1_763_208_000_008))
  }
}
