import FoundationEssentials

/// Writes JSON as `JSON.encoder` does, without the cost of `Codable`: a sync logs a line for each
/// entry.
struct JSONText {
  private(set) var bytes: [UInt8] = []

  mutating func put(_ text: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func add(_ value: JSON) throws {
    switch value {
    case .null: put("null")
    case .bool(let flag): put(flag ? "true" : "false")
    case .integer(let number): bytes.append(contentsOf: "\(number)".utf8)
    case .number, .array: bytes.append(contentsOf: try JSON.encoder.encode(value))
    case .string(let text): add(quoting: text)
    case .object(let members):
      put("{")
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { put(",") }
        add(quoting: member.key)
        put(":")
        try add(member.value)
      }
      put("}")
    }
  }

  mutating func add(quoting text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { text in
      if text.contains(where: Self.isEscaped) {
        for byte in text { add(escaping: byte) }
      } else {
        bytes.append(contentsOf: text)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func add(escaping byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): put(#"\""#)
    case UInt8(ascii: "\\"): put(#"\\"#)
    case 0x08: put(#"\b"#)
    case 0x0C: put(#"\f"#)
    case 0x0A: put(#"\n"#)
    case 0x0D: put(#"\r"#)
    case 0x09: put(#"\t"#)
    case ..<0x20:
      put(byte < 0x10 ? #"\u000"# : #"\u001"#)
      bytes.append(contentsOf: String(byte & 0xF, radix: 16).utf8)
    default: bytes.append(byte)
    }
  }
}
