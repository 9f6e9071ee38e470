/// One word for a POSIX shell: ssh joins its arguments with spaces and the login shell at the
/// other end splits them again.
package enum ShellWord {
  /// `bytes` in single quotes, unless every byte is harmless everywhere.
  package static func quote(_ bytes: [UInt8]) -> [UInt8] {
    if !bytes.isEmpty, bytes.allSatisfy(isHarmless) { return bytes }
    var word = [UInt8(ascii: "'")]
    for byte in bytes {
      if byte == UInt8(ascii: "'") {
        word += Array(#"'\''"#.utf8)
      } else {
        word.append(byte)
      }
    }
    return word + [UInt8(ascii: "'")]
  }

  package static func quote(_ text: String) -> String {
    String(decoding: quote(Array(text.utf8)), as: UTF8.self)
  }

  private static func isHarmless(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ":"),
      UInt8(ascii: ","), UInt8(ascii: "@"):
      true
    default: false
    }
  }
}
