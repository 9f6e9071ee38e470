extension Array {
  /// The first index whose element, and those of all later ones, fulfil `predicate`; the count when
  /// none does.
  func partitionPoint(_ predicate: (Element) -> Bool) -> Int {
    var range = indices
    while let middle = range.isEmpty ? nil : range.lowerBound + range.count / 2 {
      range =
        predicate(self[middle]) ? range.lowerBound..<middle : middle + 1..<range.upperBound
    }
    return range.lowerBound
  }
}
