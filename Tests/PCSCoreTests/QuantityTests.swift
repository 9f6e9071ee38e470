import PCSCore
import Testing

struct QuantityTests {
  @Test(arguments: [
    ("30s", Duration.seconds(30)), ("5m", .seconds(300)), ("500ms", .milliseconds(500)),
    ("1.5h", .seconds(5400)), ("7d", .seconds(604_800)), ("2w", .seconds(1_209_600)),
  ])
  func readsADurationWithItsUnit(text: String, duration: Duration) {
    #expect(DurationText.parse(text) == duration)
  }

  @Test(arguments: ["", "30", "s", "-1s", "1.2.3s", "5 m", "5min", "nan", "inf", "99999999999w"])
  func refusesADurationWithoutAUnitOrANumber(text: String) {
    #expect(DurationText.parse(text) == nil)
  }

  @Test(arguments: [
    ("20%", Size.fraction(0.2)), ("50GiB", .bytes(50 << 30)), ("500MB", .bytes(500_000_000)),
    ("1.5 KiB", .bytes(1536)), ("4096B", .bytes(4096)),
  ])
  func readsASizeWithItsUnit(text: String, size: Size) {
    #expect(Size(text) == size)
  }

  @Test(arguments: ["", "20", "%", "0%", "100%", "-1B", "0B", "1XB", "99999999TiB"])
  func refusesASizeWithoutAUnitOrARange(text: String) {
    #expect(Size(text) == nil)
  }

  @Test(arguments: [
    (UInt64(0), "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"),
    (150 << 20, "150 MiB"), (UInt64.max, "16384 PiB"),
  ])
  func writesBytesForPeople(bytes: UInt64, text: String) {
    #expect(Size.text(bytes) == text)
  }
}
