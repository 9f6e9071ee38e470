/// What the rules of the directories on the way to a path may still cost together.
struct RulesBudget: Sendable, Equatable {
  private var bytes = FilterFile.limit
  /// For writing rules with wildcards as rules of the folder.
  var effort = MatchEffort.limited

  /// Takes the size of a file; false when that is too much.
  mutating func take(_ count: Int) -> Bool {
    guard count <= bytes else { return false }
    bytes -= count
    return true
  }
}
