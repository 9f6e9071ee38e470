/// Reads JSON by the letter of RFC 8259: no duplicate key, trailing comma, comment or byte order
/// mark, and nothing that is not UTF-8.
package struct JSONReader {
  private let bytes: [UInt8]
  private var offset = 0
  private let depthLimit: Int
  private var depth = 0
  /// The last position that was asked for, so that counting never starts anew.
  private var counted = (offset: 0, position: TextPosition(line: 1, column: 1))

  /// Reads one value and nothing after it.
  package static func read(
    _ bytes: [UInt8], depthLimit: Int = 512
  ) throws(JSONSyntaxError) -> JSONNode {
    var reader = JSONReader(bytes: bytes, depthLimit: depthLimit)
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw JSONSyntaxError(what: "not UTF-8", position: TextPosition(line: 1, column: 1))
    }
    let node = try reader.value()
    reader.skipSpace()
    if reader.offset < bytes.count { throw reader.error("something after the value") }
    return node
  }

  private init(bytes: [UInt8], depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  private mutating func value() throws(JSONSyntaxError) -> JSONNode {
    skipSpace()
    let position = position()
    depth += 1
    defer { depth -= 1 }
    if depth > depthLimit { throw error("nested more than \(depthLimit) deep") }
    switch peek {
    case UInt8(ascii: "{"): return JSONNode(.object(try members()), at: position)
    case UInt8(ascii: "["): return JSONNode(.array(try elements()), at: position)
    case UInt8(ascii: "\""): return JSONNode(.string(try string()), at: position)
    case UInt8(ascii: "t"): return JSONNode(try word("true", .bool(true)), at: position)
    case UInt8(ascii: "f"): return JSONNode(try word("false", .bool(false)), at: position)
    case UInt8(ascii: "n"): return JSONNode(try word("null", .null), at: position)
    case nil: throw error("ends where a value is expected")
    default: return JSONNode(.number(try number()), at: position)
    }
  }

  private mutating func members() throws(JSONSyntaxError) -> [JSONNode.Member] {
    var members: [JSONNode.Member] = []
    var keys: Set<[UInt8]>?
    offset += 1
    if take("}") { return members }
    repeat {
      skipSpace()
      let position = position()
      guard peek == UInt8(ascii: "\"") else { throw error("a key in quotes is expected") }
      let key = try string()
      guard isNew(key, among: members, &keys) else {
        throw JSONSyntaxError(what: "duplicate key '\(key)'", position: position)
      }
      guard take(":") else { throw error("':' is expected") }
      members.append(JSONNode.Member(key, try value(), at: position))
    } while take(",")
    guard take("}") else { throw error("',' or '}' is expected") }
    return members
  }

  /// A set costs more than it saves until there are many.
  private func isNew(
    _ key: String, among members: [JSONNode.Member], _ keys: inout Set<[UInt8]>?
  ) -> Bool {
    if members.count < 16 { return !members.contains { $0.key.isIdentical(to: key) } }
    var known = keys ?? Set(members.map { Array($0.key.utf8) })
    keys = nil
    defer { keys = known }
    return known.insert(Array(key.utf8)).inserted
  }

  private mutating func elements() throws(JSONSyntaxError) -> [JSONNode] {
    var elements: [JSONNode] = []
    offset += 1
    if take("]") { return elements }
    repeat { elements.append(try value()) } while take(",")
    guard take("]") else { throw error("',' or ']' is expected") }
    return elements
  }

  private mutating func word(
    _ word: String, _ value: JSONNode.Value
  ) throws(JSONSyntaxError) -> JSONNode.Value {
    guard bytes[offset...].starts(with: word.utf8) else { throw error("not a JSON value") }
    offset += word.utf8.count
    return value
  }

  private mutating func number() throws(JSONSyntaxError) -> JSONNumber {
    let text = bytes[offset...].prefix { byte in
      (48...57).contains(byte) || "+-.eE".utf8.contains(byte)
    }
    guard let number = JSONNumber(String(decoding: text, as: UTF8.self)) else {
      throw error(text.isEmpty ? "a value is expected" : "not a JSON number")
    }
    offset += text.count
    return number
  }

  private mutating func string() throws(JSONSyntaxError) -> String {
    offset += 1
    // Most have no escape.
    let end = bytes[offset...].firstIndex {
      $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0 < 0x20
    }
    if let end, bytes[end] == UInt8(ascii: "\"") {
      defer { offset = end + 1 }
      return String(decoding: bytes[offset..<end], as: UTF8.self)
    }
    var content: [UInt8] = []
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"): content += String(try escape()).utf8
      case ..<0x20: throw error("control character in a string")
      default:
        content.append(byte)
        offset += 1
      }
    }
    throw error("ends inside a string")
  }

  private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
    let simple: [UInt8: Unicode.Scalar] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
      UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n",
      UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    let letter = bytes.dropFirst(offset + 1).first
    if let letter, let scalar = simple[letter] {
      offset += 2
      return scalar
    }
    let unit = try codeUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard (0xD800..<0xDC00).contains(unit) else { throw error("half of a surrogate pair") }
    let low = try codeUnit()
    guard (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + UInt32(low) - 0xDC00)
    else { throw error("half of a surrogate pair") }
    return scalar
  }

  /// Four hexadecimal digits after `\u`.
  private mutating func codeUnit() throws(JSONSyntaxError) -> UInt16 {
    let digits = bytes.dropFirst(offset + 2).prefix(4)
    guard bytes[offset...].starts(with: "\\u".utf8), digits.count == 4,
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16),
      digits.first != UInt8(ascii: "+")
    else { throw error("not an escape that JSON knows") }
    offset += 6
    return unit
  }
}

extension JSONReader {
  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      offset += 1
    }
  }

  /// Takes `character` after white space, if it is next.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func position() -> TextPosition {
    for byte in bytes[counted.offset..<offset] {
      if byte == UInt8(ascii: "\n") {
        counted.position = TextPosition(line: counted.position.line + 1, column: 1)
      } else if byte & 0xC0 != 0x80 {
        counted.position.column += 1
      }
    }
    counted.offset = offset
    return counted.position
  }

  private mutating func error(_ what: String) -> JSONSyntaxError {
    JSONSyntaxError(what: what, position: position())
  }
}

/// A text that is no JSON.
package struct JSONSyntaxError: ToolError, Equatable {
  package let what: String
  package let position: TextPosition

  package init(what: String, position: TextPosition) {
    self.what = what
    self.position = position
  }

  package var id: String { "json.syntax" }
  package var description: String { "\(position.line):\(position.column): not JSON: \(what)" }
  package var exitStatus: ExitStatus { .configuration }
}
