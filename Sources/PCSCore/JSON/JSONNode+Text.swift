extension JSONNode {
  /// JSON on one line, members in their order.
  package var text: String {
    var text = ""
    write(to: &text, indent: nil)
    return text
  }

  /// JSON for people: a line for each member and element.
  package var prettyText: String {
    var text = ""
    write(to: &text, indent: 0)
    return text
  }

  /// The same bytes for equal values.
  package var canonicalText: [UInt8] { Array(sorted.text.utf8) }

  private var sorted: JSONNode {
    switch value {
    case .array(let elements): JSONNode(.array(elements.map(\.sorted)))
    case .object(let members):
      JSONNode(
        .object(
          members.map { Member($0.key, $0.value.sorted) }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }))
    default: self
    }
  }

  private func write(to text: inout String, indent: Int?) {
    switch value {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .number(let number): text += number.text
    case .string(let string): Self.quote(string, to: &text)
    case .array(let elements):
      Self.write(elements, "[", "]", to: &text, indent: indent) { element, text, inner in
        element.write(to: &text, indent: inner)
      }
    case .object(let members):
      Self.write(members, "{", "}", to: &text, indent: indent) { member, text, inner in
        Self.quote(member.key, to: &text)
        text += inner == nil ? ":" : ": "
        member.value.write(to: &text, indent: inner)
      }
    }
  }

  private static func write<Part>(
    _ parts: [Part], _ open: String, _ close: String, to text: inout String, indent: Int?,
    _ body: (Part, inout String, Int?) -> Void
  ) {
    text += open
    let inner = indent.map { $0 + 2 }
    for (index, part) in parts.enumerated() {
      if index > 0 { text += "," }
      if let inner { text += "\n" + String(repeating: " ", count: inner) }
      body(part, &text, inner)
    }
    if let indent, !parts.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
    text += close
  }

  private static func quote(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
