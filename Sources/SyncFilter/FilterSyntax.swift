import PCSCore
package import SystemPackage

/// A line of a file of rules, or an entry of `exclude`, in the syntax of `rsync(1)`.
///
/// Taken is what has a meaning when two machines take turns as the source: rules of one side, rules
/// that undo others and rules about attributes have none, and are refused.
enum FilterSyntax {
  enum Line: Equatable {
    case rule(Words)
    case merge(FilePath)
  }

  /// A rule before its pattern is anchored anywhere.
  struct Words: Equatable {
    var isExclude: Bool
    var isNegated = false
    /// The pattern is about absolute paths.
    var isAbsolute = false
    var pattern: [UInt8] = []
  }

  /// rsync drops what is longer, and goes on.
  static let longest = 4095

  /// Reads a rule that begins with its kind.
  static func line(_ text: ArraySlice<UInt8>) throws(FilterSyntaxError) -> Line {
    let end = text.firstIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "_") }
    let head = text[..<(end ?? text.endIndex)]
    let pattern = Array(text[(end ?? text.endIndex)...].dropFirst())
    let (kind, modifiers) = try split(head)
    guard !kind.isRefused else { throw .refused(kind) }
    guard !pattern.isEmpty else { throw .noPattern }
    guard pattern.count <= longest else { throw .tooLong }
    guard !pattern.contains(0) else { throw .zeroByte }
    if kind == .merge {
      if let modifier = modifiers.first { throw .modifier(modifier) }
      return .merge(FilePath(bytes: pattern))
    }
    var words = Words(isExclude: kind == .exclude, pattern: pattern)
    for modifier in modifiers { try words.add(modifier) }
    if words.isNegated, words.isAbsolute { throw .negatedAbsolute }
    return .rule(words)
  }

  /// Reads an entry of `exclude`: a rule, or a pattern alone, which excludes.
  static func entry(_ text: [UInt8]) throws(FilterSyntaxError) -> Line {
    if isRule(text) { return try line(text[...]) }
    return try line(Array("- ".utf8) + text)
  }

  private static func isRule(_ text: [UInt8]) -> Bool {
    if text == Array("!".utf8) { return true }
    guard let space = text.firstIndex(of: UInt8(ascii: " ")) else { return false }
    guard let (kind, modifiers) = try? split(text[..<space]) else { return false }
    return modifiers.isEmpty || kind == .exclude || kind == .include
      ? modifiers.allSatisfy(known.contains) : true
  }

  private static func line(_ text: [UInt8]) throws(FilterSyntaxError) -> Line {
    try line(text[...])
  }

  /// Every modifier of rsync's rules.
  private static let known = Array("/!Cprsxenw".utf8)

  private static func split(
    _ head: ArraySlice<UInt8>
  ) throws(FilterSyntaxError) -> (FilterKind, ArraySlice<UInt8>) {
    for (word, kind) in FilterKind.words where head.starts(with: word.utf8) {
      let rest = head.dropFirst(word.utf8.count)
      if rest.isEmpty { return (kind, rest) }
      if rest.first == UInt8(ascii: ",") { return (kind, rest.dropFirst()) }
      if word.utf8.count == 1 { return (kind, rest) }
    }
    throw .noRule
  }
}

extension FilterSyntax.Words {
  fileprivate mutating func add(_ modifier: UInt8) throws(FilterSyntaxError) {
    switch modifier {
    case UInt8(ascii: "/"): isAbsolute = true
    case UInt8(ascii: "!"): isNegated = true
    default: throw .modifier(modifier)
    }
  }
}

/// What a rule of rsync does.
enum FilterKind: Sendable, Equatable {
  case include, exclude, merge, directoryMerge, oneSide, clear

  static let words: [(String, FilterKind)] = [
    ("exclude", .exclude), ("include", .include), ("merge", .merge), ("dir-merge", .directoryMerge),
    ("clear", .clear), ("hide", .oneSide), ("show", .oneSide), ("protect", .oneSide),
    ("risk", .oneSide), ("-", .exclude), ("+", .include), (".", .merge), (":", .directoryMerge),
    ("!", .clear), ("H", .oneSide), ("S", .oneSide), ("P", .oneSide), ("R", .oneSide),
  ]

  var isRefused: Bool { self == .directoryMerge || self == .oneSide || self == .clear }
}

/// Why a line is no rule of ours.
package enum FilterSyntaxError: Error, Sendable, Equatable {
  case noRule, noPattern, tooLong, zeroByte, negatedAbsolute
  case modifier(UInt8)
  case onlyInConfiguration(String)
  case unreadable(String, Errno)
  case relativeFile, tooDeep, tooCostly, tooMuch
  case refusedRule(String)

  static func refused(_ kind: FilterKind) -> FilterSyntaxError {
    switch kind {
    case .directoryMerge:
      .refusedRule(
        "a directory's own rules are those in its \(DirectoryRules.name), and no others")
    case .clear: .refusedRule("rules cannot be undone; write '- !' for that name")
    default: .refusedRule("a rule for one side has no meaning where machines take turns")
    }
  }

  package var text: String {
    switch self {
    case .noRule: "not a rule: '- PATTERN' and '+ PATTERN' are"
    case .noPattern: "a rule without a pattern"
    case .tooLong: "longer than \(FilterSyntax.longest) bytes"
    case .zeroByte: "has a zero byte in it"
    case .negatedAbsolute: "the modifiers '/' and '!' cannot be used together"
    case .modifier(let byte):
      "the modifier '\(String(decoding: [byte], as: UTF8.self))' is not supported, only '/' and '!'"
    case .onlyInConfiguration(let what): "\(what) cannot be used in a directory's own rules"
    case .unreadable(let what, let error): "\(what): \(error)"
    case .relativeFile: "the path of a file to merge has to be absolute here"
    case .tooDeep: "files merge files without end"
    case .tooCostly:
      "takes too long: the rules of a directory and of those above it may take "
        + "\(MatchEffort.limit) steps for one path"
    case .tooMuch:
      "the rules of a directory and of those above it are larger than \(FilterFile.limit) bytes"
    case .refusedRule(let text): text
    }
  }
}
