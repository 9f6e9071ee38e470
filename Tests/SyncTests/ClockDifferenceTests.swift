import Testing

@testable import pcs_sync

/// Requirement U2: clocks that are apart are said.
@Suite struct ClockDifferenceTests {
  @Test(
    "U2: a warning when the clocks are more than a minute apart",
    arguments: [
      (nil, nil), (0, nil), (60, nil), (-60, nil),
      (61, "vega: its clock is 61 s ahead of the clock of this machine"),
      (-7200, "vega: its clock is 2 h behind the clock of this machine"),
      (600, "vega: its clock is 10 min ahead of the clock of this machine"),
      (-864_000, "vega: its clock is 10 days behind the clock of this machine"),
    ] as [(Int?, String?)])
  func isSaid(seconds: Int?, expected: String?) {
    #expect(ClockDifference.warning(seconds, hostname: "vega") == expected)
  }
}
