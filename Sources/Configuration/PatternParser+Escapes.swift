extension PatternParser {
  /// The one character that an escape stands for, read after its backslash.
  mutating func escapedScalar(inClass: Bool) throws(SchemaError) -> Unicode.Scalar {
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
}
