import PCSCore

/// One evaluation of a schema against an instance.
final class SchemaEvaluation {
  let index: SchemaIndex
  private var patterns: [String: SchemaPattern] = [:]
  /// The references being followed, each with the place it is applied to: one that comes up again
  /// would never end.
  private var following: Set<Following> = []
  private var depth = 0

  private struct Following: Hashable {
    let target: URIReference
    let pointer: JSONPointer
  }

  /// Deep enough for every document that `JSONReader` accepts, within the stack of a thread.
  private static let depthLimit = 1200

  init(_ index: SchemaIndex) {
    self.index = index
  }

  /// What `located` does not allow about `instance`, which stands at `pointer`.
  func findings(
    _ located: LocatedSchema, _ instance: JSONNode, _ pointer: JSONPointer
  ) throws -> [Finding] {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit { throw SchemaError.tooDeep }
    let schema = located.schema
    if let allowed = schema.bool {
      return allowed ? [] : [Finding("nothing is allowed here", at: pointer, instance.position)]
    }
    if let reference = schema["$ref"]?.string {
      return try follow(reference, from: located.base, instance, pointer)
    }
    var checks = SchemaAssertions(schema, instance, pointer).findings
    checks += try stringFindings(schema, instance, pointer)
    switch instance.value {
    case .object(let members): checks += try objectFindings(located, instance, members, pointer)
    case .array(let elements): checks += try arrayFindings(located, instance, elements, pointer)
    default: break
    }
    return try checks + combinationFindings(located, instance, pointer)
  }

  /// The schema of keyword `key` inside `located`.
  func sub(_ schema: JSONNode, of located: LocatedSchema) -> LocatedSchema {
    LocatedSchema(schema: schema, base: SchemaIndex.base(of: schema, within: located.base))
  }

  func isValid(
    _ schema: JSONNode, of located: LocatedSchema, _ instance: JSONNode, _ pointer: JSONPointer
  ) throws -> Bool {
    try findings(sub(schema, of: located), instance, pointer).isEmpty
  }

  func pattern(_ text: String) throws -> SchemaPattern {
    if let known = patterns[text] { return known }
    let pattern = try SchemaPattern(text)
    patterns[text] = pattern
    return pattern
  }

  private func follow(
    _ reference: String, from base: URIReference, _ instance: JSONNode, _ pointer: JSONPointer
  ) throws -> [Finding] {
    let step = Following(target: URIReference(reference).resolved(against: base), pointer: pointer)
    guard following.insert(step).inserted else { throw SchemaError.endless(reference) }
    defer { following.remove(step) }
    return try findings(try index.resolve(reference, from: base), instance, pointer)
  }

  private func stringFindings(
    _ schema: JSONNode, _ instance: JSONNode, _ pointer: JSONPointer
  ) throws -> [Finding] {
    guard let text = instance.string else { return [] }
    var findings: [Finding] = []
    let shown = SchemaAssertions.shown(instance, by: schema)
    if let pattern = schema["pattern"]?.string, try !self.pattern(pattern).matches(text) {
      findings.append(
        Finding("\(shown) does not match the pattern \(pattern)", at: pointer, instance.position))
    }
    if let format = schema["format"]?.string, SchemaFormat(rawValue: format)?.accepts(text) == false
    {
      findings.append(Finding("\(shown) is not a valid \(format)", at: pointer, instance.position))
    }
    if !SchemaContent.accepts(text, by: schema) {
      findings.append(
        Finding("\(shown) is not encoded as required", at: pointer, instance.position))
    }
    return findings
  }
}
