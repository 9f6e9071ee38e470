import PCSCore

/// The cure for the mistakes in YAML that people make most; libyaml only names their place.
enum YAMLCure {
  /// The text to write in place of a known mistake at `position`; nil for any other.
  static func text(for bytes: some Collection<UInt8>, at position: TextPosition) -> String? {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.indices.contains(position.line - 1) else { return nil }
    let line = Array(String(decoding: lines[position.line - 1], as: UTF8.self).unicodeScalars)
    if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
      return "indent with spaces, not with a tab"
    }
    // Of an alias, libyaml names the character after its sign.
    for column in [position.column - 1, position.column - 2] where line.indices.contains(column) {
      if special.contains(line[column]) { return quoted(line[column...]) }
    }
    return nil
  }

  /// Characters with which no plain scalar of YAML can begin.
  private static let special: Set<Unicode.Scalar> = ["@", "`", "%", "*", "&", "!"]

  private static func quoted(_ line: ArraySlice<Unicode.Scalar>) -> String {
    let word = line.prefix { $0 != " " && $0 != "\t" && $0 != "," && $0 != "]" && $0 != "\r" }
    let text = String(String.UnicodeScalarView(word.prefix(60)))
    return "put it in quotes: '\(text.replacing("'", with: "''"))'"
  }
}
