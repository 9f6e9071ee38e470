import PCSCore
import SystemPackage

/// Rules in their order, for looking up the first that decides about a path.
///
/// Those without a wildcard are found by hash, whatever their number; only the others are tried one
/// by one.
struct RuleTable: Sendable {
  /// The first rule for a literal, and the first that is not for directories alone.
  private struct Entry {
    var forDirectories: Int
    var forAll: Int?

    func index(isDirectory: Bool) -> Int? { isDirectory ? forDirectories : forAll }
  }

  /// A rule that has to be tried, as a rule of the folder; to copy one as a value takes longer than
  /// to try it.
  private final class Tried: Sendable {
    let index: Int
    /// Bytes of its text.
    let length: Int
    private let pattern: FilterPattern
    private let isNegated: Bool

    init(_ index: Int, _ rule: FilterRule) {
      self.index = index
      length = rule.text.count
      pattern = rule.pattern
      isNegated = rule.isNegated
    }

    func decides(_ path: [UInt8], _ isDirectory: Bool, _ effort: inout MatchEffort) -> Bool {
      pattern.matches(path, isDirectory: isDirectory, &effort) != isNegated
    }
  }

  private let rules: [FilterRule]
  /// Below what the rules stand, with a slash at its end; empty for the folder itself.
  private let way: [UInt8]
  private var anchored: [ArraySlice<UInt8>: Entry] = [:]
  /// By the number of slashes, then by the end of a path.
  private var ends: [Int: [ArraySlice<UInt8>: Entry]] = [:]
  private var tried: [Tried] = []

  /// Rules of the folder.
  init(_ rules: [FilterRule]) {
    self.rules = rules
    way = []
    for (index, rule) in rules.enumerated() where !add(rule, index) {
      tried.append(Tried(index, rule))
    }
  }

  /// Rules of `directory`; incomplete once the effort is spent.
  init(_ rules: [FilterRule], of directory: FilePath, _ effort: inout MatchEffort) {
    self.rules = rules
    way = directory.isEmpty ? [] : directory.bytes + [UInt8(ascii: "/")]
    for (index, rule) in rules.enumerated() where !add(rule, index) {
      let patterns = rule.pattern.inherited(from: directory, &effort)
      if effort.isSpent { return }
      tried += rule.with(patterns).map { Tried(index, $0) }
    }
  }

  /// Puts a rule without a wildcard into a table; false for any other.
  private mutating func add(_ rule: FilterRule, _ index: Int) -> Bool {
    let pattern = rule.pattern
    guard !pattern.isWild, !rule.isNegated else { return false }
    let entry = Entry(forDirectories: index, forAll: pattern.isForDirectories ? nil : index)
    if pattern.isAnchored {
      Self.insert(entry, Array(pattern.literal)[...], &anchored)
    } else {
      Self.insert(entry, pattern.bytes[...], &ends[pattern.slashes, default: [:]])
    }
    return true
  }

  /// The first rule that is longer than `limit` bytes as a rule of the folder, which `rsync(1)` would
  /// drop.
  func rule(longerThan limit: Int) -> FilterRule? {
    if way.isEmpty { return rules.first { $0.text.count > limit } }
    // Written out as '- /WAY/**/LITERAL/'.
    let around = 7 + Glob.escapedCount(of: way)
    let tooLong = rules.first { rule in
      !rule.pattern.isWild && around + Glob.escapedCount(of: rule.pattern.literal) > limit
    }
    return tooLong
      ?? tried.first { $0.length > limit }.map { rules[$0.index] }
  }

  private static func insert(
    _ entry: Entry, _ key: ArraySlice<UInt8>, _ table: inout [ArraySlice<UInt8>: Entry]
  ) {
    guard let known = table[key] else {
      table[key] = entry
      return
    }
    if known.forAll == nil { table[key]?.forAll = entry.forAll }
  }

  /// The first rule that decides about `path`, which lies below the rules' directory and is relative
  /// to the folder; nil when none does, meaningless once the effort is spent.
  func rule(
    for path: [UInt8], isDirectory: Bool, _ effort: inout MatchEffort
  ) -> FilterRule? {
    guard !path.isEmpty else { return nil }
    let known = known(path, isDirectory, &effort)
    return (fit(path, isDirectory, before: known, &effort) ?? known).map { rules[$0] }
  }

  /// The index of the first rule with a wildcard that decides, of those before `known`, or at which
  /// the effort is spent.
  private func fit(
    _ path: [UInt8], _ isDirectory: Bool, before known: Int?, _ effort: inout MatchEffort
  ) -> Int? {
    for each in tried {
      if let known, known < each.index { return nil }
      if each.decides(path, isDirectory, &effort) || effort.isSpent { return each.index }
    }
    return nil
  }

  /// The index of the first rule without a wildcard that fits.
  private func known(_ path: [UInt8], _ isDirectory: Bool, _ effort: inout MatchEffort) -> Int? {
    var first: Int?
    func look(_ key: ArraySlice<UInt8>, _ table: [ArraySlice<UInt8>: Entry]) {
      effort.spend(key.count)
      guard let index = table[key]?.index(isDirectory: isDirectory) else { return }
      first = min(first ?? index, index)
    }
    if !anchored.isEmpty { look(path.dropFirst(way.count), anchored) }
    for (slashes, table) in ends {
      guard let start = Glob.start(ofLast: slashes + 1, in: path) else { continue }
      look(path[start...], table)
    }
    return first
  }
}
