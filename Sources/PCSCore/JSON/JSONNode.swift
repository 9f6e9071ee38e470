/// Where something stands in a text; both count from 1, columns in characters (code points).
package struct TextPosition: Sendable, Hashable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// A JSON value as somebody wrote it: members in their order, numbers exact, positions known.
///
/// Equality is that of JSON: the order of members and positions do not count, 1 and 1.0 are equal,
/// and strings are equal only when their code points are.
package struct JSONNode: Sendable {
  package indirect enum Value: Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONNode])
    case object([Member])
  }

  package struct Member: Sendable {
    package var key: String
    /// Where the key stands.
    package var position: TextPosition?
    package var value: JSONNode

    package init(_ key: String, _ value: JSONNode, at position: TextPosition? = nil) {
      self.key = key
      self.value = value
      self.position = position
    }
  }

  package var value: Value
  /// Where the value begins; nil for one that nobody wrote, such as a default.
  package var position: TextPosition?

  package init(_ value: Value, at position: TextPosition? = nil) {
    self.value = value
    self.position = position
  }
}

extension JSONNode {
  package var members: [Member]? {
    if case .object(let members) = value { members } else { nil }
  }

  package var elements: [JSONNode]? {
    if case .array(let elements) = value { elements } else { nil }
  }

  package var string: String? {
    if case .string(let text) = value { text } else { nil }
  }

  package var number: JSONNumber? {
    if case .number(let number) = value { number } else { nil }
  }

  package var bool: Bool? {
    if case .bool(let flag) = value { flag } else { nil }
  }

  package func member(_ key: String) -> Member? {
    members?.first { $0.key.isIdentical(to: key) }
  }

  package subscript(key: String) -> JSONNode? { member(key)?.value }

  /// The same value in a form that loses order, positions and the digits a double cannot hold.
  package var json: JSON {
    switch value {
    case .null: .null
    case .bool(let flag): .bool(flag)
    case .number(let number): number.integer.map { .integer($0) } ?? .number(number.double)
    case .string(let text): .string(text)
    case .array(let elements): .array(elements.map(\.json))
    case .object(let members):
      .object(Dictionary(members.map { ($0.key, $0.value.json) }) { first, _ in first })
    }
  }

  /// A value without positions, its members in alphabetical order.
  package init(json: JSON) {
    switch json {
    case .null: self.init(.null)
    case .bool(let flag): self.init(.bool(flag))
    case .integer(let number): self.init(.number(JSONNumber(number)))
    case .number(let number): self.init(JSONNumber(number).map { .number($0) } ?? .null)
    case .string(let text): self.init(.string(text))
    case .array(let elements): self.init(.array(elements.map { JSONNode(json: $0) }))
    case .object(let members):
      self.init(
        .object(members.sorted { $0.key < $1.key }.map { Member($0.key, JSONNode(json: $0.value)) })
      )
    }
  }
}

extension JSONNode: Equatable {
  package static func == (left: JSONNode, right: JSONNode) -> Bool {
    left.canonicalText == right.canonicalText
  }
}

extension String {
  /// Whether both have the same code points; `==` also takes composed and decomposed characters
  /// for the same.
  package func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
