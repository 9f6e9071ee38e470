package import PCSCore

extension Schema {
  /// `instance` with the schema's `default` for every key it leaves out.
  ///
  /// Of `anyOf` and `oneOf` the first form that fits counts.
  package func applyingDefaults(to instance: JSONNode) throws -> JSONNode {
    try SchemaEvaluation(index).withDefaults(index.root, instance, JSONPointer())
  }
}

extension SchemaEvaluation {
  fileprivate func withDefaults(
    _ located: LocatedSchema, _ instance: JSONNode, _ pointer: JSONPointer, depth: Int = 0
  ) throws -> JSONNode {
    // A default that contains itself would grow for ever.
    if depth > 200 { throw SchemaError.tooDeep }
    let schema = located.schema
    if let reference = schema["$ref"]?.string {
      let target = try index.resolve(reference, from: located.base)
      return try withDefaults(target, instance, pointer, depth: depth + 1)
    }
    var result = instance
    if let elements = instance.elements, let items = schema["items"], items.elements == nil {
      let rule = sub(items, of: located)
      result.value = .array(
        try elements.enumerated().map { offset, element in
          try withDefaults(rule, element, pointer.appending(offset), depth: depth + 1)
        })
    }
    if let members = instance.members {
      result.value = .object(try complete(members, by: located, pointer, depth))
    }
    for part in schema["allOf"]?.elements ?? [] {
      result = try withDefaults(sub(part, of: located), result, pointer, depth: depth + 1)
    }
    for keyword in ["anyOf", "oneOf"] {
      let fitting = try schema[keyword]?.elements?.first {
        try isValid($0, of: located, result, pointer)
      }
      guard let fitting else { continue }
      result = try withDefaults(sub(fitting, of: located), result, pointer, depth: depth + 1)
    }
    return result
  }

  private func complete(
    _ members: [JSONNode.Member], by located: LocatedSchema, _ pointer: JSONPointer, _ depth: Int
  ) throws -> [JSONNode.Member] {
    var result = members
    let properties = located.schema["properties"]
    for property in properties?.members ?? [] {
      guard !members.contains(where: { $0.key.isIdentical(to: property.key) }),
        let value = property.value["default"]
      else { continue }
      result.append(JSONNode.Member(property.key, value.withoutPositions))
    }
    return try result.map { member in
      let rule = properties?[member.key] ?? located.schema["additionalProperties"]
      guard let rule, rule.members != nil else { return member }
      var member = member
      member.value = try withDefaults(
        sub(rule, of: located), member.value, pointer.appending(member.key), depth: depth + 1)
      return member
    }
  }
}

extension JSONNode {
  /// The same value as though nobody had written it.
  package var withoutPositions: JSONNode {
    switch value {
    case .array(let elements): JSONNode(.array(elements.map(\.withoutPositions)))
    case .object(let members):
      JSONNode(.object(members.map { Member($0.key, $0.value.withoutPositions) }))
    default: JSONNode(value)
    }
  }
}
