/// What somebody may have meant by a misspelt word.
package enum Suggestion {
  /// `; did you mean 'duration'?`, or nothing when no word of `known` is close.
  package static func text(for word: String, among known: [String]) -> String {
    closest(to: word, among: known).map { "; did you mean '\($0)'?" } ?? ""
  }

  static func closest(to word: String, among known: [String]) -> String? {
    let limit = word.count < 3 ? 0 : max(1, word.count / 3)
    let longer = known.filter { word.count > 2 && $0.hasPrefix(word) }
    if longer.count == 1 { return longer[0] }
    // A distance is at least the difference in length, which costs nothing: keys can be many.
    let close = known.filter { abs($0.count - word.count) <= limit }
    let ranked = close.map { (word: $0, distance: distance(normalized(word), normalized($0))) }
    return ranked.filter { $0.distance <= limit }.min {
      ($0.distance, $0.word) < ($1.distance, $1.word)
    }?.word
  }

  private static func normalized(_ word: String) -> [Character] {
    word.lowercased().map { $0 == "-" ? "_" : $0 }
  }

  /// How many letters must be put in, left out, replaced or swapped with the next one.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var rows = [Array(0...right.count)]
    for (row, character) in left.enumerated() {
      var line = [row + 1]
      for (column, other) in right.enumerated() {
        var best = min(line[column], rows[row][column + 1]) + 1
        best = min(best, rows[row][column] + (character == other ? 0 : 1))
        if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
          best = min(best, rows[row - 1][column - 1] + 1)
        }
        line.append(best)
      }
      rows.append(line)
    }
    return rows[left.count][right.count]
  }
}
