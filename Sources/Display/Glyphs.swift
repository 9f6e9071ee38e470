import PCSCore

/// The signs that a terminal can show.
package struct Glyphs: Sendable, Equatable {
  package let done: String
  package let open: String
  package let arrow: String
  package let ellipsis: String

  package static let unicode = Glyphs(done: "█", open: "░", arrow: "→", ellipsis: "…")
  package static let ascii = Glyphs(done: "#", open: ".", arrow: "->", ellipsis: "~")

  /// What the locale of the environment can show (`locale(7)`).
  package static var ofLocale: Glyphs {
    let locale =
      ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { Places.environment($0) }.first ?? ""
    let name = locale.uppercased()
    return name.contains("UTF-8") || name.contains("UTF8") ? .unicode : .ascii
  }
}
