import PCSCore

/// The keywords that look at one value alone.
struct SchemaAssertions {
  private let schema: JSONNode
  private let instance: JSONNode
  private let pointer: JSONPointer

  init(_ schema: JSONNode, _ instance: JSONNode, _ pointer: JSONPointer) {
    self.schema = schema
    self.instance = instance
    self.pointer = pointer
  }

  var findings: [Finding] {
    var messages = typeMessages
    switch instance.value {
    case .number(let number): messages += numberMessages(number)
    case .string(let text): messages += lengthMessages(text)
    case .array(let elements): messages += arrayMessages(elements)
    case .object(let members): messages += objectMessages(members)
    default: break
    }
    return messages.map { Finding($0, at: pointer, instance.position) }
  }

  /// `instance` as a message shows it: shortened, and never a secret.
  static func shown(_ instance: JSONNode, by schema: JSONNode) -> String {
    if schema["writeOnly"]?.bool == true { return "the value" }
    let text = instance.text
    return text.count > 60 ? text.prefix(57) + "…" : text
  }

  private var shown: String { Self.shown(instance, by: schema) }

  /// `type`, `enum`, `const`.
  private var typeMessages: [String] {
    var messages: [String] = []
    let types =
      schema["type"].map { type in
        type.elements?.compactMap(\.string) ?? type.string.map { [$0] } ?? []
      } ?? []
    if !types.isEmpty, !types.contains(where: { instance.isOfType($0) }) {
      messages.append("expected \(types.joined(separator: " or ")), found \(shown)")
    }
    if let allowed = schema["enum"]?.elements, !allowed.contains(instance) {
      let list = allowed.map(\.text).joined(separator: ", ")
      messages.append("\(shown) is not one of \(list)")
    }
    if let wanted = schema["const"], wanted != instance {
      messages.append("\(shown) is not \(wanted.text)")
    }
    return messages
  }

  private func numberMessages(_ number: JSONNumber) -> [String] {
    var messages: [String] = []
    func check(_ keyword: String, _ what: String, _ isAllowed: (JSONNumber) -> Bool) {
      guard let bound = schema[keyword]?.number, !isAllowed(bound) else { return }
      messages.append("\(shown) is \(what) \(bound.text)")
    }
    check("minimum", "less than the minimum") { number >= $0 }
    check("exclusiveMinimum", "not greater than") { number > $0 }
    check("maximum", "greater than the maximum") { number <= $0 }
    check("exclusiveMaximum", "not less than") { number < $0 }
    check("multipleOf", "not a multiple of") { number.isMultiple(of: $0) }
    return messages
  }

  private func lengthMessages(_ text: String) -> [String] {
    let length = text.unicodeScalars.count
    return limitMessages(length, "minLength", "maxLength", "characters")
  }

  private func arrayMessages(_ elements: [JSONNode]) -> [String] {
    var messages = limitMessages(elements.count, "minItems", "maxItems", "elements")
    guard schema["uniqueItems"]?.bool == true else { return messages }
    var seen: [[UInt8]: Int] = [:]
    for (offset, element) in elements.enumerated() {
      if let first = seen.updateValue(offset, forKey: element.canonicalText) {
        messages.append("element \(offset) repeats element \(first): \(element.text.prefix(60))")
      }
    }
    return messages
  }

  private func objectMessages(_ members: [JSONNode.Member]) -> [String] {
    let missing = (schema["required"]?.elements ?? []).compactMap(\.string)
      .filter { instance[$0] == nil }
    return missing.map { "missing key '\($0)'" }
      + limitMessages(members.count, "minProperties", "maxProperties", "keys")
  }

  private func limitMessages(
    _ count: Int, _ least: String, _ most: String, _ unit: String
  ) -> [String] {
    let number = JSONNumber(count)
    var messages: [String] = []
    if let bound = schema[least]?.number, number < bound {
      messages.append("\(shown) has \(count) \(unit), at least \(bound.text) are needed")
    }
    if let bound = schema[most]?.number, number > bound {
      messages.append("\(shown) has \(count) \(unit), at most \(bound.text) are allowed")
    }
    return messages
  }
}

extension JSONNode {
  fileprivate func isOfType(_ type: String) -> Bool {
    switch value {
    case .null: type == "null"
    case .bool: type == "boolean"
    case .number(let number): type == "number" || type == "integer" && number.isInteger
    case .string: type == "string"
    case .array: type == "array"
    case .object: type == "object"
    }
  }
}
