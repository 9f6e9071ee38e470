/// A regular expression as ECMA-262 has it, which is what JSON Schema means by `pattern`.
///
/// Not Swift's own `Regex`: that tries every way there is, which for `^(a+)+$` doubles with each
/// character.
struct SchemaPattern {
  private let text: String
  private let program: PatternProgram

  init(_ text: String) throws(SchemaError) {
    self.text = text
    var parser = PatternParser(text)
    program = try PatternProgram(try parser.run(), of: text)
  }

  /// Whether any part of `text` matches.
  func matches(_ text: String) throws(SchemaError) -> Bool {
    var matcher = PatternMatcher(program, text)
    do {
      return try matcher.matches()
    } catch {
      throw .pattern(self.text, "takes too long to match")
    }
  }
}
