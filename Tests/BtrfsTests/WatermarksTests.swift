import PCSCore
import SystemPackage
import Testing

@Suite struct WatermarksTests {
  static let gib: UInt64 = 1 << 30

  /// A file system of 100 GiB.
  static func space(
    _ available: UInt64, unallocated: UInt64? = nil, metadata: UInt64? = nil
  ) -> DiskSpace {
    DiskSpace(
      hostname: "atlas", path: "/", total: 100 * gib, available: available,
      unallocated: unallocated, metadataAvailable: metadata)
  }

  static let verdicts: [(DiskSpace, Watermarks.Verdict)] = [
    (space(30 * gib), .enough),
    (space(25 * gib), .enough),
    (space(25 * gib - 1), .low),
    (space(10 * gib), .low),
    (space(10 * gib - 1), .exhausted),
    (space(0), .exhausted),
    // btrfs that df(1) would call half empty
    (space(50 * gib, unallocated: 0, metadata: 63 << 20), .metadataExhausted),
    (space(50 * gib, unallocated: 0, metadata: 64 << 20), .low),
    (space(50 * gib, unallocated: 0, metadata: 128 << 20), .enough),
    (space(50 * gib, unallocated: gib, metadata: 0), .enough),
    (space(50 * gib, unallocated: 20 << 20, metadata: 20 << 20), .metadataExhausted),
    (space(5 * gib, unallocated: 0, metadata: 0), .exhausted),
  ]

  @Test(arguments: verdicts)
  func verdict(space: DiskSpace, expected: Watermarks.Verdict) {
    let marks = Watermarks(
      minimum: .size(.bytes(10 * Self.gib)), warning: .size(.fraction(0.25)))
    #expect(marks.verdict(on: space) == expected)
  }

  @Test func withoutAWarningNothingIsLow() {
    let marks = Watermarks(minimum: .size(.bytes(1)))
    #expect(marks.verdict(on: Self.space(2)) == .enough)
  }

  static let defaults: [(UInt64, UInt64, UInt64, UInt64)] = [
    (40 * gib, 8 * gib, 6 * gib, 10 * gib), (100 * gib, 20 * gib, 15 * gib, 25 * gib),
    (1000 * gib, 20 * gib, 15 * gib, 25 * gib),
  ]

  @Test(arguments: defaults)
  func defaultsAreTheLesserOfAShareAndAnAmount(
    total: UInt64, before: UInt64, during: UInt64, warning: UInt64
  ) {
    #expect(Watermarks.Limit.minimumFree.bytes(of: total) == before)
    #expect(Watermarks.Limit.reserve.bytes(of: total) == during)
    #expect(Watermarks.Limit.warning.bytes(of: total) == warning)
  }
}
