/// Rewrites an ECMA-262 expression for Swift's `Regex`, whose syntax means other things by `$`,
/// `\v`, `\Z`, `[[]`, `a*+` and more; what ECMA-262 does not have is refused.
struct PatternTranslation {
  private let pattern: String
  private var rest: Substring.UnicodeScalarView
  private var output = ""
  private var openGroups = 0
  /// Whether what was read last can be repeated.
  private var isRepeatable = false

  init(_ pattern: String) {
    self.pattern = pattern
    rest = pattern[...].unicodeScalars
  }

  mutating func run() throws(SchemaError) -> String {
    while let scalar = rest.popFirst() { try translate(scalar) }
    if openGroups > 0 { throw error("a group is not closed") }
    return output
  }

  private mutating func translate(_ scalar: Unicode.Scalar) throws(SchemaError) {
    switch scalar {
    case "^": emit("\\A", repeatable: false)
    case "$": emit("\\z", repeatable: false)
    case ".": emit("[^\\n\\r\\u{2028}\\u{2029}]")
    case "|": emit("|", repeatable: false)
    case "(": try openGroup()
    case ")":
      if openGroups == 0 { throw error("a group is closed that was not opened") }
      openGroups -= 1
      emit(")")
    case "*", "+", "?": try repetition(String(scalar))
    case "{": try braces()
    case "[": try characterClass()
    case "\\": try escape()
    default: emit(Self.literal(scalar))
    }
  }

  private mutating func emit(_ text: String, repeatable: Bool = true) {
    output += text
    isRepeatable = repeatable
  }

  private func error(_ reason: String) -> SchemaError { .pattern(pattern, reason) }

  private static func literal(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(String(scalar.value, radix: 16))}"
  }

  private mutating func openGroup() throws(SchemaError) {
    openGroups += 1
    guard rest.first == "?" else {
      emit("(", repeatable: false)
      return
    }
    let text = String(rest)
    for prefix in ["?:", "?=", "?!", "?<=", "?<!"] where text.hasPrefix(prefix) {
      rest = rest.dropFirst(prefix.count)
      emit("(" + prefix, repeatable: false)
      return
    }
    let name = text.dropFirst(2).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    guard text.hasPrefix("?<" + name + ">"), !name.isEmpty else {
      throw error("'(?' begins nothing that ECMA-262 knows")
    }
    rest = rest.dropFirst(name.unicodeScalars.count + 3)
    emit("(?<\(name)>", repeatable: false)
  }

  private mutating func repetition(_ text: String) throws(SchemaError) {
    guard isRepeatable else { throw error("nothing to repeat before '\(text)'") }
    emit(text, repeatable: false)
    if rest.first == "?" {
      rest = rest.dropFirst()
      output += "?"
    }
  }

  /// `{2}`, `{2,}`, `{2,5}`; other braces stand for themselves, as Annex B of ECMA-262 allows.
  private mutating func braces() throws(SchemaError) {
    let content = rest.prefix { $0 != "}" }
    let bounds = String(content).split(separator: ",", omittingEmptySubsequences: false)
    let isCount =
      content.endIndex != rest.endIndex && (1...2).contains(bounds.count)
      && bounds[0].allSatisfy("0123456789".contains) && !bounds[0].isEmpty
      && bounds.dropFirst().allSatisfy { $0.allSatisfy("0123456789".contains) }
    guard isCount else {
      emit(Self.literal("{"))
      return
    }
    guard let least = Int(bounds[0]), least <= 1000, Int(bounds.last ?? "0") ?? 0 <= 1000 else {
      throw error("repeats more than 1000 times")
    }
    rest = rest.dropFirst(content.count + 1)
    try repetition("{\(String(content))}")
  }
}

extension PatternTranslation {
  private static let space =
    "\\t\\n\\u{B}\\f\\r\\u{20}\\u{A0}\\u{FEFF}\\u{2028}\\u{2029}\\p{Zs}"
  private static let word = "A-Za-z0-9_"

  /// The inside of the class that `\d` and its like stand for, and whether it is negated.
  private static func shorthand(_ scalar: Unicode.Scalar) -> (inside: String, isNegated: Bool)? {
    switch scalar {
    case "d": ("0-9", false)
    case "D": ("0-9", true)
    case "w": (word, false)
    case "W": (word, true)
    case "s": (space, false)
    case "S": (space, true)
    default: nil
    }
  }

  private mutating func escape() throws(SchemaError) {
    guard let scalar = rest.first else { throw error("ends in a backslash") }
    if let shorthand = Self.shorthand(scalar) {
      rest = rest.dropFirst()
      emit("[\(shorthand.isNegated ? "^" : "")\(shorthand.inside)]")
    } else if scalar == "b" || scalar == "B" {
      rest = rest.dropFirst()
      emit("\\\(scalar)", repeatable: false)
    } else if ("1"..."9").contains(scalar) {
      let number = String(rest.prefix { ("0"..."9").contains($0) })
      rest = rest.dropFirst(number.count)
      emit("(?:\\\(number))")
    } else if scalar == "k" {
      let name = String(rest.dropFirst(2).prefix { $0 != ">" })
      guard String(rest).hasPrefix("k<\(name)>") else { throw error("'\\k' without a name") }
      rest = rest.dropFirst(name.unicodeScalars.count + 3)
      emit("\\k<\(name)>")
    } else if let property = try property() {
      emit(property)
    } else {
      emit(Self.literal(try escapedScalar(inClass: false)))
    }
  }

  /// `\p{…}` after its backslash.
  private mutating func property() throws(SchemaError) -> String? {
    guard let letter = rest.first, letter == "p" || letter == "P" else { return nil }
    let name = String(rest.dropFirst(2).prefix { $0 != "}" })
    guard String(rest).hasPrefix("\(letter){\(name)}"), !name.isEmpty else {
      throw error("'\\\(letter)' without a property")
    }
    rest = rest.dropFirst(name.unicodeScalars.count + 3)
    return "\\\(letter){\(name)}"
  }

  /// The one character that an escape stands for, read after its backslash.
  private mutating func escapedScalar(inClass: Bool) throws(SchemaError) -> Unicode.Scalar {
    guard let scalar = rest.popFirst() else { throw error("ends in a backslash") }
    let controls: [Unicode.Scalar: Unicode.Scalar] = [
      "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{B}", "0": "\u{0}",
    ]
    if let control = controls[scalar] { return control }
    switch scalar {
    case "b" where inClass: return "\u{8}"
    case "c":
      guard let letter = rest.popFirst(), letter.properties.isAlphabetic, letter.isASCII else {
        throw error("'\\c' without a letter")
      }
      return Unicode.Scalar(UInt8(letter.value & 31))
    case "x": return try hexadecimal(2)
    case "u":
      if rest.first == "{" {
        rest = rest.dropFirst()
        let digits = rest.prefix { $0 != "}" }.count
        let scalar = try hexadecimal(digits)
        guard rest.popFirst() == "}" else { throw error("'\\u{' is not closed") }
        return scalar
      }
      return try hexadecimal(4)
    default:
      if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
        throw error("'\\\(scalar)' is no escape of ECMA-262")
      }
      return scalar
    }
  }

  private mutating func hexadecimal(_ count: Int) throws(SchemaError) -> Unicode.Scalar {
    let digits = String(rest.prefix(count))
    guard digits.count == count, count > 0, let value = UInt32(digits, radix: 16) else {
      throw error("an escape without its hexadecimal digits")
    }
    rest = rest.dropFirst(count)
    if (0xD800..<0xDC00).contains(value), String(rest).hasPrefix("\\u") {
      let low = UInt32(String(rest.dropFirst(2).prefix(4)), radix: 16) ?? 0
      if (0xDC00..<0xE000).contains(low) {
        rest = rest.dropFirst(6)
        let pair = 0x10000 + (value - 0xD800) << 10 + low - 0xDC00
        if let scalar = Unicode.Scalar(pair) { return scalar }
      }
    }
    guard let scalar = Unicode.Scalar(value) else { throw error("half of a surrogate pair") }
    return scalar
  }

  private mutating func characterClass() throws(SchemaError) {
    let isNegated = rest.first == "^"
    if isNegated { rest = rest.dropFirst() }
    var inside = ""
    while let scalar = rest.popFirst() {
      if scalar == "]" {
        let everything = "[\\u{0}-\\u{10FFFF}]"
        if inside.isEmpty { return emit(isNegated ? everything : "(?!)") }
        return emit("[\(isNegated ? "^" : "")\(inside)]")
      }
      inside += try classItem(scalar)
    }
    throw error("'[' is not closed")
  }

  private mutating func classItem(_ scalar: Unicode.Scalar) throws(SchemaError) -> String {
    if scalar == "\\", let next = rest.first, let shorthand = Self.shorthand(next) {
      rest = rest.dropFirst()
      return shorthand.isNegated ? "[^\(shorthand.inside)]" : shorthand.inside
    }
    if scalar == "\\", let property = try property() { return property }
    let first = scalar == "\\" ? try escapedScalar(inClass: true) : scalar
    guard rest.first == "-", let after = rest.dropFirst().first, after != "]" else {
      return Self.literal(first)
    }
    rest = rest.dropFirst(2)
    if after == "\\", let next = rest.first, Self.shorthand(next) != nil || next == "p" {
      throw error("a range that ends in a class")
    }
    let last = after == "\\" ? try escapedScalar(inClass: true) : after
    if last < first { throw error("a range out of order") }
    return first == last ? Self.literal(first) : "\(Self.literal(first))-\(Self.literal(last))"
  }
}
