/// What must not stand in a log.
package enum Redaction {
  /// Replaces the userinfo of every URL (RFC 3986, 3.2.1) in `text` by `***`.
  package static func withoutUserinfo(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var copied = 0
    var index = 0
    while let start = schemeEnd(in: text, from: index) {
      index = start
      guard let at = userinfoEnd(in: text, from: start) else { continue }
      result += text[copied..<start] + Array("***".utf8)
      copied = at
      index = at
    }
    return copied == 0 ? text : result + text[copied...]
  }

  /// The index after the next `://` at or after `start`.
  private static func schemeEnd(in text: [UInt8], from start: Int) -> Int? {
    guard start + 2 < text.count else { return nil }
    for index in start..<(text.count - 2)
    where text[index] == UInt8(ascii: ":") && text[index + 1] == UInt8(ascii: "/")
      && text[index + 2] == UInt8(ascii: "/")
    {
      return index + 3
    }
    return nil
  }

  /// The index of the `@` that ends the userinfo, if this authority has one.
  private static func userinfoEnd(in text: [UInt8], from start: Int) -> Int? {
    var last: Int?
    for index in start..<text.count {
      switch text[index] {
      case UInt8(ascii: "@"): last = index
      case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: " "),
        UInt8(ascii: "\""), UInt8(ascii: "\\"):
        return last
      default: break
      }
    }
    return last
  }
}
