/// A regular expression as ECMA-262 has it, which is what JSON Schema means by `pattern`.
struct SchemaPattern {
  private let expression: Regex<AnyRegexOutput>

  init(_ text: String) throws(SchemaError) {
    var translation = PatternTranslation(text)
    let translated = try translation.run()
    do {
      expression = try Regex(translated).matchingSemantics(.unicodeScalar)
        .asciiOnlyWordCharacters().wordBoundaryKind(.simple)
    } catch {
      throw SchemaError.pattern(text, "not a regular expression")
    }
  }

  /// Whether any part of `text` matches.
  func matches(_ text: String) throws -> Bool {
    try expression.firstMatch(in: text) != nil
  }
}
