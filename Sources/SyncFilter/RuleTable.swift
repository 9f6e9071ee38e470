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

  /// The bytes that a path has at its ends if a rule decides about it; most rules are passed over by
  /// these.
  private struct Ends: Sendable {
    let index: Int
    var isForDirectories = false
    var first: UInt8?
    var last: UInt8?

    init(_ index: Int, _ rule: FilterRule) {
      self.index = index
      // A negated rule decides about what does not fit.
      if rule.isNegated { return }
      let tokens = rule.pattern.glob.tokens
      isForDirectories = rule.pattern.isForDirectories
      if rule.pattern.isAnchored, case .literal(let byte)? = tokens.first?.kind { first = byte }
      if case .literal(let byte)? = tokens.last?.kind { last = byte }
    }

    /// `path` is not empty.
    func admit(_ path: [UInt8], isDirectory: Bool) -> Bool {
      if isForDirectories, !isDirectory { return false }
      if let last, last != path[path.count - 1] { return false }
      return first == nil || first == path[0]
    }
  }

  /// A rule that has to be tried, as a rule of the folder; to copy one as a value takes longer than
  /// to try it.
  private final class Tried: Sendable {
    /// Bytes of its text.
    let length: Int
    private let pattern: FilterPattern
    private let isNegated: Bool

    init(_ rule: FilterRule) {
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
  /// Of each of those.
  private var endsOfTried: [Ends] = []

  /// Rules of the folder.
  init(_ rules: [FilterRule]) {
    self.rules = rules
    way = []
    for (index, rule) in rules.enumerated() where !add(rule, index) {
      addTried(rule, index)
    }
  }

  /// Rules of `directory`; incomplete once the effort is spent.
  init(_ rules: [FilterRule], of directory: FilePath, _ effort: inout MatchEffort) {
    self.rules = rules
    way = directory.isEmpty ? [] : directory.bytes + [UInt8(ascii: "/")]
    for (index, rule) in rules.enumerated() where !add(rule, index) {
      let patterns = rule.pattern.inherited(from: directory, &effort)
      if effort.isSpent { return }
      for each in rule.with(patterns) { addTried(each, index) }
    }
  }

  private mutating func addTried(_ rule: FilterRule, _ index: Int) {
    tried.append(Tried(rule))
    endsOfTried.append(Ends(index, rule))
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
      ?? tried.firstIndex { $0.length > limit }.map { rules[endsOfTried[$0].index] }
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
    for (number, ends) in endsOfTried.enumerated() {
      if let known, known < ends.index { return nil }
      guard ends.admit(path, isDirectory: isDirectory) else { continue }
      if tried[number].decides(path, isDirectory, &effort) || effort.isSpent { return ends.index }
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
