import PCSCore
import Testing

struct RecentRateTests {
  private func rate(_ samples: [(time: Double, amount: Double)]) -> Double? {
    var rate = RecentRate()
    for sample in samples { rate.add(sample.amount, at: sample.time) }
    return rate.perSecond
  }

  @Test func isUnknownAtFirst() {
    #expect(rate([]) == nil)
    #expect(rate([(0, 0)]) == nil)
    #expect(rate([(0, 0), (0.5, 100)]) == nil)
    #expect(rate([(0, 0), (1, 100)]) == 100)
  }

  @Test func isAboutTheLastTenSeconds() {
    let samples = (0...100).map { (time: Double($0), amount: Double(min($0, 95)) * 10) }
    #expect(rate(samples) == 5)
    #expect(rate(samples + [(120, 950)]) == 0)
  }

  @Test func beginsAgainWithAnAmountThatIsLess() {
    #expect(rate([(0, 0), (1, 100), (2, 0)]) == nil)
    #expect(rate([(0, 0), (1, 100), (2, 0), (4, 100)]) == 50)
  }
}
