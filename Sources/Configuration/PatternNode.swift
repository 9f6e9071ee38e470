/// A regular expression as its author wrote it, taken apart.
indirect enum PatternNode {
  case scalar(Unicode.Scalar)
  case oneOf(ScalarClass)
  /// The beginning of the text.
  case start
  /// The end of the text.
  case end
  case wordBoundary(isNegated: Bool)
  case sequence([PatternNode])
  case alternatives([PatternNode])
  /// What `(…)` matches is kept under its number, the first being 1.
  case capture(Int, PatternNode)
  /// What a capture has matched; where it has matched nothing, the empty text.
  case backreference(Int)
  case look(isAhead: Bool, isNegated: Bool, PatternNode)
  /// `most` is nil where there is no end; `isLazy` takes as few as it can.
  case repetition(PatternNode, least: Int, most: Int?, isLazy: Bool)
}

/// A set of Unicode scalars, such as `[a-z_]`, `\d` or `\p{L}`.
struct ScalarClass {
  var ranges: [ClosedRange<UInt32>] = []
  var properties: [ScalarProperty] = []
  var parts: [ScalarClass] = []
  var isNegated = false

  static func range(_ first: Unicode.Scalar, _ last: Unicode.Scalar) -> ClosedRange<UInt32> {
    first.value...last.value
  }

  static var digits: ScalarClass { ScalarClass(ranges: [range("0", "9")]) }
  static var word: ScalarClass {
    ScalarClass(ranges: [range("0", "9"), range("A", "Z"), range("_", "_"), range("a", "z")])
  }
  /// WhiteSpace and LineTerminator of ECMA-262.
  static var space: ScalarClass {
    ScalarClass(
      ranges: [
        0x9...0xD, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
        0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
      ])
  }
  /// What `.` stands for.
  static var notLineEnd: ScalarClass {
    ScalarClass(ranges: [0xA...0xA, 0xD...0xD, 0x2028...0x2029], isNegated: true)
  }

  var negated: ScalarClass {
    var copy = self
    copy.isNegated.toggle()
    return copy
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let isInside =
      ranges.contains { $0.contains(scalar.value) } || properties.contains { $0.holds(for: scalar) }
      || parts.contains { $0.contains(scalar) }
    return isInside != isNegated
  }
}

/// A property of Unicode scalars, such as `\p{L}`; the names are those that Swift's `Regex` knows.
struct ScalarProperty {
  private let expression: Regex<AnyRegexOutput>

  /// nil when there is no such property.
  init?(_ name: String, isNegated: Bool) {
    guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_=:- ".contains($0)) }),
      let expression = try? Regex("\\\(isNegated ? "P" : "p"){\(name)}")
    else { return nil }
    self.expression = expression.matchingSemantics(.unicodeScalar)
  }

  func holds(for scalar: Unicode.Scalar) -> Bool {
    (try? expression.wholeMatch(in: String(scalar))) != nil
  }
}
