/// What matching may still cost, in steps: bytes and tokens that are compared.
///
/// Root judges every path by the rules of every user's directories, and patterns can be made that
/// take minutes for one path.
struct MatchEffort: Sendable, Equatable {
  /// For reading the rules of a directory and of those above it, and for judging one path by them.
  ///
  /// 250,000 steps take about a millisecond; a thousand usual rules take a tenth of them.
  static let limit = 250_000

  private var left: Int

  /// For rules of the configuration.
  static let unlimited = MatchEffort(left: .max)
  static let limited = MatchEffort(left: limit)

  mutating func spend(_ steps: Int = 1) { left -= min(steps, left) }

  var isSpent: Bool { left == 0 }
}
