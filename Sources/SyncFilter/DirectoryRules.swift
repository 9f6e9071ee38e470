package import SystemPackage

/// The rules that a directory brings along for what lies in it.
package struct DirectoryRules: Sendable {
  /// The file that they stand in.
  package static let name = ".pcswitcher-filter"

  let file: DirectoryRulesFile.Place
  let table: RuleTable

  /// Reads the rules of `directory`, which is relative to `folder`.
  init(
    _ file: DirectoryRulesFile, of directory: FilePath, below folder: FilePath,
    _ budget: inout RulesBudget
  ) throws(FilterProblem) {
    let place = file.place(in: folder.pushing(directory))
    guard budget.take(file.content.count) else { throw place.problem(nil, .tooMuch) }
    let rules = try Self.read(file, place)
    table = RuleTable(rules, of: directory, &budget.effort)
    if budget.effort.isSpent { throw place.problem(nil, .tooCostly) }
    if let rule = table.rule(longerThan: FilterSyntax.longest) {
      throw place.problem(rule, .tooLong)
    }
    self.file = place
  }

  /// The rules in `file`, as rules for a transfer of `folder`.
  package static func rules(
    in file: DirectoryRulesFile, of directory: FilePath, below folder: FilePath
  ) throws(FilterProblem) -> [FilterRule] {
    let place = file.place(in: folder.pushing(directory))
    var effort = MatchEffort.limited
    var none = MatchEffort.unlimited
    var rules: [FilterRule] = []
    for rule in try read(file, place) {
      let patterns =
        rule.pattern.isWild
        ? rule.pattern.inherited(from: directory, &effort)
        : rule.pattern.inherited(from: directory, &none)
      if effort.isSpent { throw place.problem(rule, .tooCostly) }
      rules += rule.with(patterns)
    }
    if let rule = rules.first(where: { $0.text.count > FilterSyntax.longest }) {
      throw place.problem(rule, .tooLong)
    }
    return rules
  }

  /// The rules as they stand in the file.
  ///
  /// Files of a whole home are read by root: none of them leads to another file.
  private static func read(
    _ file: DirectoryRulesFile, _ place: DirectoryRulesFile.Place
  ) throws(FilterProblem) -> [FilterRule] {
    var rules: [FilterRule] = []
    for (number, text) in FilterFile.lines(file.content) {
      let origin = FilterOrigin.directory(place.path, line: number)
      do {
        rules.append(try rule(text, origin))
      } catch {
        throw FilterProblem(origin, place.isQuotable ? text : [], error)
      }
    }
    return rules
  }

  private static func rule(
    _ text: ArraySlice<UInt8>, _ origin: FilterOrigin
  ) throws(FilterSyntaxError) -> FilterRule {
    guard case .rule(let words) = try FilterSyntax.line(text) else {
      throw .onlyInConfiguration("merge")
    }
    // It would speak of the rest of the folder, or of all of this directory.
    guard !words.isNegated else { throw .onlyInConfiguration("the modifier '!'") }
    guard !words.isAbsolute else { throw .onlyInConfiguration("the modifier '/'") }
    return FilterRule(words, origin: origin, written: Array(text))
  }
}
