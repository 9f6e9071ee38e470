/// Reads a regular expression of ECMA-262; what that does not have is refused.
struct PatternParser {
  private let pattern: String
  var rest: Substring.UnicodeScalarView
  private var captures = 0
  private var names: [String: Int] = [:]
  /// Groups that are referred to, to be looked for once all are known.
  private var references: [Int] = []
  private var depth = 0

  /// As deep as the stack of a thread bears.
  private static let depthLimit = 200

  init(_ pattern: String) {
    self.pattern = pattern
    rest = pattern[...].unicodeScalars
  }

  /// The whole pattern.
  mutating func run() throws(SchemaError) -> PatternNode {
    names = try Self.names(in: pattern)
    let node = try alternatives()
    if !rest.isEmpty { throw error("a group is closed that was not opened") }
    if let missing = references.first(where: { $0 > captures }) {
      throw error("there is no group \(missing)")
    }
    return node
  }

  func error(_ reason: String) -> SchemaError { .pattern(pattern, reason) }

  private mutating func alternatives() throws(SchemaError) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit { throw error("nests too deeply") }
    var branches = [try sequence()]
    while rest.first == "|" {
      rest = rest.dropFirst()
      branches.append(try sequence())
    }
    return branches.count == 1 ? branches[0] : .alternatives(branches)
  }

  private mutating func sequence() throws(SchemaError) -> PatternNode {
    var nodes: [PatternNode] = []
    while let scalar = rest.first, scalar != "|", scalar != ")" {
      rest = rest.dropFirst()
      let (node, isRepeatable) = try term(scalar)
      nodes.append(try repeated(node, isRepeatable))
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private mutating func term(
    _ scalar: Unicode.Scalar
  ) throws(SchemaError) -> (PatternNode, isRepeatable: Bool) {
    switch scalar {
    case "^": (.start, false)
    case "$": (.end, false)
    case ".": (.oneOf(.notLineEnd), true)
    case "(": (try group(), true)
    case "[": (.oneOf(try characterClass()), true)
    case "\\": try escape()
    case "*", "+", "?": throw error("nothing to repeat before '\(scalar)'")
    case "{" where bounds() != nil: throw error("nothing to repeat before '{'")
    default: (.scalar(scalar), true)
    }
  }

  /// With the `*`, `+`, `?` or braces that follow.
  private mutating func repeated(
    _ node: PatternNode, _ isRepeatable: Bool
  ) throws(SchemaError) -> PatternNode {
    let before = rest
    let least: Int
    let most: Int?
    switch rest.first {
    case "*": (least, most) = (0, nil)
    case "+": (least, most) = (1, nil)
    case "?": (least, most) = (0, 1)
    case "{":
      rest = rest.dropFirst()
      guard let bounds = bounds() else {
        // Braces that count nothing stand for themselves, as Annex B of ECMA-262 allows.
        rest = before
        return node
      }
      guard bounds.least <= 1000, bounds.most ?? 0 <= 1000 else {
        throw error("repeats more than 1000 times")
      }
      if let most = bounds.most, most < bounds.least { throw error("a count out of order") }
      rest = rest.dropFirst(bounds.length - 1)
      (least, most) = (bounds.least, bounds.most)
    default: return node
    }
    guard isRepeatable else { throw error("nothing to repeat before '\(rest.first ?? "{")'") }
    rest = rest.dropFirst()
    let isLazy = rest.first == "?"
    if isLazy { rest = rest.dropFirst() }
    return .repetition(node, least: least, most: most, isLazy: isLazy)
  }

  /// `2}`, `2,}` or `2,5}`, read after the opening brace.
  private func bounds() -> (least: Int, most: Int?, length: Int)? {
    let content = rest.prefix { $0 != "}" }
    guard content.endIndex != rest.endIndex else { return nil }
    let parts = String(content).split(separator: ",", omittingEmptySubsequences: false)
    let isCount = parts.allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) } }
    guard isCount, (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
    let least = Int(parts[0]) ?? .max
    let most: Int? = parts.count == 1 ? least : parts[1].isEmpty ? nil : Int(parts[1]) ?? .max
    return (least, most, content.count + 1)
  }
}

extension PatternParser {
  /// The number of each named group, which may be referred to before it.
  private static func names(in pattern: String) throws(SchemaError) -> [String: Int] {
    var names: [String: Int] = [:]
    var number = 0
    var isInClass = false
    var rest = pattern[...]
    while let character = rest.unicodeScalars.first {
      rest = Substring(rest.unicodeScalars.dropFirst())
      switch character {
      case "\\": rest = Substring(rest.unicodeScalars.dropFirst())
      case "[": isInClass = true
      case "]": isInClass = false
      case "(" where !isInClass:
        let name = name(of: rest)
        if name != nil || rest.unicodeScalars.first != "?" { number += 1 }
        guard let name else { continue }
        guard names.updateValue(number, forKey: name) == nil else {
          throw .pattern(pattern, "two groups are called '\(name)'")
        }
      default: break
      }
    }
    return names
  }

  /// `?<name>` at the beginning of a group.
  private static func name(of text: Substring) -> String? {
    let name = text.dropFirst(2).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return !name.isEmpty && text.hasPrefix("?<\(name)>") ? String(name) : nil
  }

  private mutating func group() throws(SchemaError) -> PatternNode {
    let looks: [(String, isAhead: Bool, isNegated: Bool)] = [
      ("?=", true, false), ("?!", true, true), ("?<=", false, false), ("?<!", false, true),
    ]
    let text = Substring(rest)
    var number: Int?
    let look = looks.first { text.hasPrefix($0.0) }
    if let look {
      rest = rest.dropFirst(look.0.count)
    } else if text.hasPrefix("?:") {
      rest = rest.dropFirst(2)
    } else {
      if let name = Self.name(of: text) {
        rest = rest.dropFirst(name.unicodeScalars.count + 3)
      } else if rest.first == "?" {
        throw error("'(?' begins nothing that ECMA-262 knows")
      }
      captures += 1
      number = captures
    }
    let inside = try alternatives()
    guard rest.popFirst() == ")" else { throw error("a group is not closed") }
    if let look { return .look(isAhead: look.isAhead, isNegated: look.isNegated, inside) }
    return number.map { .capture($0, inside) } ?? inside
  }

  /// The class that `\d` and its like stand for.
  private static func shorthand(_ scalar: Unicode.Scalar) -> ScalarClass? {
    switch scalar {
    case "d": .digits
    case "D": .digits.negated
    case "w": .word
    case "W": .word.negated
    case "s": .space
    case "S": .space.negated
    default: nil
    }
  }

  private mutating func escape() throws(SchemaError) -> (PatternNode, isRepeatable: Bool) {
    guard let scalar = rest.first else { throw error("ends in a backslash") }
    if let shorthand = Self.shorthand(scalar) {
      rest = rest.dropFirst()
      return (.oneOf(shorthand), true)
    }
    if scalar == "b" || scalar == "B" {
      rest = rest.dropFirst()
      return (.wordBoundary(isNegated: scalar == "B"), false)
    }
    if ("1"..."9").contains(scalar) {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      rest = rest.dropFirst(digits.count)
      let number = Int(String(digits)) ?? .max
      references.append(number)
      return (.backreference(number), true)
    }
    if scalar == "k" {
      let name = String(rest.dropFirst(2).prefix { $0 != ">" })
      guard Substring(rest).hasPrefix("k<\(name)>"), let number = names[name] else {
        throw error("'\\k' without the name of a group")
      }
      rest = rest.dropFirst(name.unicodeScalars.count + 3)
      return (.backreference(number), true)
    }
    if let property = try property() { return (.oneOf(property), true) }
    return (.scalar(try escapedScalar(inClass: false)), true)
  }

  /// `\p{…}` after its backslash.
  private mutating func property() throws(SchemaError) -> ScalarClass? {
    guard let letter = rest.first, letter == "p" || letter == "P" else { return nil }
    let name = String(rest.dropFirst(2).prefix { $0 != "}" })
    guard Substring(rest).hasPrefix("\(letter){\(name)}"),
      let property = ScalarProperty(name, isNegated: letter == "P")
    else { throw error("'\\\(letter)' without a property") }
    rest = rest.dropFirst(name.unicodeScalars.count + 3)
    return ScalarClass(properties: [property])
  }

  private mutating func characterClass() throws(SchemaError) -> ScalarClass {
    var result = ScalarClass()
    if rest.first == "^" {
      rest = rest.dropFirst()
      result.isNegated = true
    }
    while let scalar = rest.popFirst() {
      if scalar == "]" { return result }
      try addItem(scalar, to: &result)
    }
    throw error("'[' is not closed")
  }

  private mutating func addItem(
    _ scalar: Unicode.Scalar, to result: inout ScalarClass
  ) throws(SchemaError) {
    if scalar == "\\", let next = rest.first, let shorthand = Self.shorthand(next) {
      rest = rest.dropFirst()
      return result.parts.append(shorthand)
    }
    if scalar == "\\", let property = try property() { return result.parts.append(property) }
    let first = scalar == "\\" ? try escapedScalar(inClass: true) : scalar
    guard rest.first == "-", let after = rest.dropFirst().first, after != "]" else {
      return result.ranges.append(first.value...first.value)
    }
    rest = rest.dropFirst(2)
    if after == "\\", let next = rest.first, Self.shorthand(next) != nil || next == "p" {
      throw error("a range that ends in a class")
    }
    let last = after == "\\" ? try escapedScalar(inClass: true) : after
    if last < first { throw error("a range out of order") }
    result.ranges.append(first.value...last.value)
  }
}
