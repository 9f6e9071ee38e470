/// The ranges of a file that were written, in ascending order.
///
/// Holds a bounded number of them: beyond it neighbours are taken together, so that they may cover
/// more than what was written, never less.
struct ChangedRanges: Sendable, Equatable {
  /// As many as fit into a line of the stream.
  static let mostInALine = 8192
  /// Most ranges of a file that are held; they take 16 bytes each.
  static let most = 1 << 20

  private let limit: Int
  private(set) var ranges: [Range<UInt64>] = []

  init(limit: Int) {
    self.limit = limit
  }

  mutating func insert(offset: UInt64, length: UInt64) {
    let (end, overflow) = offset.addingReportingOverflow(length)
    let range = offset..<(overflow ? .max : end)
    guard let last = ranges.last else { return ranges.append(range) }
    if range.lowerBound > last.upperBound {
      ranges.append(range)
      if ranges.count > limit { thin() }
    } else if range.lowerBound >= last.lowerBound {
      ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
    } else {
      insertBefore(range)
    }
  }

  /// The kernel writes them in order; anything else is put in its place.
  private mutating func insertBefore(_ range: Range<UInt64>) {
    let touching = ranges.filter {
      $0.lowerBound <= range.upperBound && range.lowerBound <= $0.upperBound
    }
    let lower = touching.map(\.lowerBound).reduce(range.lowerBound, min)
    let upper = touching.map(\.upperBound).reduce(range.upperBound, max)
    ranges.removeAll { $0.lowerBound <= range.upperBound && range.lowerBound <= $0.upperBound }
    ranges.insert(lower..<upper, at: ranges.firstIndex { $0.lowerBound > upper } ?? ranges.count)
  }

  /// Takes every two neighbours together.
  private mutating func thin() {
    ranges = stride(from: 0, to: ranges.count, by: 2).map { index in
      ranges[index].lowerBound..<ranges[min(index + 1, ranges.count - 1)].upperBound
    }
  }
}
