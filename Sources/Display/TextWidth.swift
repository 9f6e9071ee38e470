/// How many columns of a terminal text takes.
package enum TextWidth {
  package static func of(_ text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + of($1) }
  }

  package static func of(_ character: Character) -> Int {
    if let ascii = character.asciiValue { return ascii < 0x20 || ascii == 0x7F ? 0 : 1 }
    guard let first = character.unicodeScalars.first else { return 0 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    if character.unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
    return first.properties.isEmojiPresentation || isWide(first.value) ? 2 : 1
  }

  /// `text` in at most `width` columns, with an ellipsis where something is missing.
  package static func clip(_ text: String, to width: Int, ellipsis: String = "…") -> String {
    guard of(text) > width else { return text }
    guard width > of(ellipsis) else { return take(text, width) }
    return take(text, width - of(ellipsis)) + ellipsis
  }

  /// `text` in exactly `width` columns.
  package static func fit(_ text: String, to width: Int, ellipsis: String = "…") -> String {
    let clipped = clip(text, to: width, ellipsis: ellipsis)
    return clipped + String(repeating: " ", count: max(0, width - of(clipped)))
  }

  private static func take(_ text: String, _ width: Int) -> String {
    var taken = ""
    var rest = width
    for character in text {
      rest -= of(character)
      if rest < 0 { break }
      taken.append(character)
    }
    return taken
  }

  /// East Asian Wide and Fullwidth (Unicode Standard Annex 11), in rough ranges.
  private static func isWide(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
