import PCSCore

extension SchemaEvaluation {
  /// `properties`, `patternProperties`, `additionalProperties`, `propertyNames`, `dependencies`.
  func objectFindings(
    _ located: LocatedSchema, _ instance: JSONNode, _ members: [JSONNode.Member],
    _ pointer: JSONPointer
  ) throws -> [Finding] {
    let schema = located.schema
    var findings: [Finding] = []
    for member in members {
      let place = pointer.appending(member.key)
      findings += try memberFindings(located, member, place)
      if let names = schema["propertyNames"] {
        let name = JSONNode(.string(member.key), at: member.position)
        findings += try self.findings(sub(names, of: located), name, place)
      }
    }
    for dependency in schema["dependencies"]?.members ?? [] {
      guard let cause = instance.member(dependency.key) else { continue }
      if let needed = dependency.value.elements {
        for key in needed.compactMap(\.string) where instance[key] == nil {
          findings.append(
            Finding(
              "missing key '\(key)', which '\(cause.key)' needs", at: pointer, cause.position))
        }
      } else {
        findings += try self.findings(sub(dependency.value, of: located), instance, pointer)
      }
    }
    return findings
  }

  private func memberFindings(
    _ located: LocatedSchema, _ member: JSONNode.Member, _ place: JSONPointer
  ) throws -> [Finding] {
    let schema = located.schema
    var findings: [Finding] = []
    var isKnown = false
    if let property = schema["properties"]?[member.key] {
      isKnown = true
      findings += try self.findings(sub(property, of: located), member.value, place)
    }
    for candidate in schema["patternProperties"]?.members ?? []
    where try pattern(candidate.key).matches(member.key) {
      isKnown = true
      findings += try self.findings(sub(candidate.value, of: located), member.value, place)
    }
    guard !isKnown, let additional = schema["additionalProperties"] else { return findings }
    if additional.bool == false {
      let known = schema["properties"]?.members?.map(\.key) ?? []
      let message = "unknown key '\(member.key)'" + Suggestion.text(for: member.key, among: known)
      findings.append(Finding(message, at: place, member.position ?? member.value.position))
    } else {
      findings += try self.findings(sub(additional, of: located), member.value, place)
    }
    return findings
  }

  /// `items`, `additionalItems`, `contains`.
  func arrayFindings(
    _ located: LocatedSchema, _ instance: JSONNode, _ elements: [JSONNode], _ pointer: JSONPointer
  ) throws -> [Finding] {
    let schema = located.schema
    var findings: [Finding] = []
    let tuple = schema["items"]?.elements
    for (offset, element) in elements.enumerated() {
      let rule: JSONNode?
      if let tuple {
        rule = offset < tuple.count ? tuple[offset] : schema["additionalItems"]
      } else {
        rule = schema["items"]
      }
      guard let rule else { continue }
      findings += try self.findings(sub(rule, of: located), element, pointer.appending(offset))
    }
    if let wanted = schema["contains"] {
      let isFound = try elements.enumerated().contains { offset, element in
        try isValid(wanted, of: located, element, pointer.appending(offset))
      }
      if !isFound {
        findings.append(
          Finding("no element is of the kind that is required", at: pointer, instance.position))
      }
    }
    return findings
  }

  /// `allOf`, `anyOf`, `oneOf`, `not`, `if`.
  func combinationFindings(
    _ located: LocatedSchema, _ instance: JSONNode, _ pointer: JSONPointer
  ) throws -> [Finding] {
    let schema = located.schema
    var findings: [Finding] = []
    for part in schema["allOf"]?.elements ?? [] {
      findings += try self.findings(sub(part, of: located), instance, pointer)
    }
    if let choices = schema["anyOf"]?.elements {
      findings += try choiceFindings(choices, located, instance, pointer, exactlyOne: false)
    }
    if let choices = schema["oneOf"]?.elements {
      findings += try choiceFindings(choices, located, instance, pointer, exactlyOne: true)
    }
    if let forbidden = schema["not"], try isValid(forbidden, of: located, instance, pointer) {
      let shown = SchemaAssertions.shown(instance, by: schema)
      findings.append(Finding("\(shown) is not allowed", at: pointer, instance.position))
    }
    if let condition = schema["if"] {
      let branch = try isValid(condition, of: located, instance, pointer) ? "then" : "else"
      if let consequence = schema[branch] {
        findings += try self.findings(sub(consequence, of: located), instance, pointer)
      }
    }
    return findings
  }

  private func choiceFindings(
    _ choices: [JSONNode], _ located: LocatedSchema, _ instance: JSONNode, _ pointer: JSONPointer,
    exactlyOne: Bool
  ) throws -> [Finding] {
    let attempts = try choices.map { try findings(sub($0, of: located), instance, pointer) }
    let matches = attempts.count { $0.isEmpty }
    if matches == 1 || matches > 1 && !exactlyOne { return [] }
    let shown = SchemaAssertions.shown(instance, by: located.schema)
    if matches > 1 {
      return [
        Finding("\(shown) fits \(matches) forms where one is meant", at: pointer, instance.position)
      ]
    }
    // The forms of another type say nothing to somebody who chose this one.
    let close = attempts.filter { attempt in
      !attempt.contains { $0.pointer == pointer && $0.message.hasPrefix("expected ") }
    }
    if close.count == 1 { return close[0] }
    var reasons: [String] = []
    for finding in close.isEmpty ? attempts.joined().map(\.self) : close.joined().map(\.self)
    where !reasons.contains(finding.message) {
      reasons.append(finding.message)
    }
    return [Finding(reasons.joined(separator: ", or "), at: pointer, instance.position)]
  }
}
