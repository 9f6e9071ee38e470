/// How fast an amount has grown during the last ten seconds.
package struct RecentRate: Sendable, Equatable {
  private struct Sample: Sendable, Equatable {
    var time: Double
    var amount: Double
  }

  /// In seconds: what the rate is about at most and at least.
  private static let (longest, shortest) = (10.0, 1.0)
  private var samples: [Sample] = []

  package init() {}

  /// Adds what the amount is at `time`, in seconds; an amount that is less than before begins again.
  package mutating func add(_ amount: Double, at time: Double) {
    if let last = samples.last, amount < last.amount { samples = [] }
    samples.append(Sample(time: time, amount: amount))
    // One from before stays, for a rate over the whole of it.
    while samples.count > 2, samples[1].time <= time - Self.longest { samples.removeFirst() }
  }

  /// Nil until it is known.
  package var perSecond: Double? {
    guard let first = samples.first, let last = samples.last,
      last.time - first.time >= Self.shortest
    else { return nil }
    return (last.amount - first.amount) / (last.time - first.time)
  }
}
