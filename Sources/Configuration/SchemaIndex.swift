package import PCSCore

/// A schema and the URI its references are relative to.
struct LocatedSchema {
  let schema: JSONNode
  let base: URIReference
}

/// The schemas of a document that a reference can name.
struct SchemaIndex {
  /// Schemas by the URI they have through `$id`, with its fragment where `$id` is `#name`.
  private var resources: [URIReference: LocatedSchema] = [:]
  private(set) var root: LocatedSchema

  init(_ document: JSONNode) throws(SchemaError) {
    let nowhere = URIReference("")
    root = LocatedSchema(schema: document, base: Self.base(of: document, within: nowhere))
    resources[nowhere] = root
    var references: [(String, URIReference)] = []
    add(document, base: nowhere, &references)
    for (reference, base) in references { _ = try resolve(reference, from: base) }
  }

  private init(metaschema document: JSONNode) {
    let nowhere = URIReference("")
    root = LocatedSchema(schema: document, base: Self.base(of: document, within: nowhere))
    var references: [(String, URIReference)] = []
    add(document, base: nowhere, &references)
  }

  static let metaschema = SchemaIndex(metaschema: Metaschema.document)

  /// The schema that `reference` names in a document at `base`.
  func resolve(
    _ reference: String, from base: URIReference
  ) throws(SchemaError) -> LocatedSchema {
    let target = URIReference(reference).resolved(against: base)
    let fragment = target.fragment ?? ""
    if !fragment.isEmpty, let anchored = resources[target] { return anchored }
    let address = target.withoutFragment
    guard let resource = resources[address] else {
      if address == Metaschema.address { return try Self.metaschema.resolve(reference, from: base) }
      throw SchemaError.unresolved(reference)
    }
    guard let decoded = URIReference.percentDecoded(fragment),
      let pointer = JSONPointer(parsing: decoded),
      let part = Self.part(of: resource, at: pointer)
    else { throw SchemaError.unresolved(reference) }
    return part
  }

  /// The URI that the references in `schema` are relative to.
  ///
  /// A `$id` beside `$ref` counts for nothing, as draft-07 says of all that stands beside `$ref`.
  static func base(of schema: JSONNode, within outer: URIReference) -> URIReference {
    guard let id = schema["$id"]?.string, schema["$ref"]?.string == nil else { return outer }
    return URIReference(id).resolved(against: outer).withoutFragment
  }

  private static func part(of resource: LocatedSchema, at pointer: JSONPointer) -> LocatedSchema? {
    var part = resource
    for token in pointer.tokens {
      guard let child = part.schema.child(token) else { return nil }
      part = LocatedSchema(schema: child, base: base(of: child, within: part.base))
    }
    return part
  }

  private mutating func add(
    _ schema: JSONNode, base outer: URIReference, _ references: inout [(String, URIReference)]
  ) {
    let base = Self.base(of: schema, within: outer)
    if let reference = schema["$ref"]?.string {
      references.append((reference, base))
    } else if let id = schema["$id"]?.string {
      var address = URIReference(id).resolved(against: outer)
      if address.fragment?.isEmpty == true { address.fragment = nil }
      if resources[address] == nil || address == URIReference("") {
        resources[address] = LocatedSchema(schema: schema, base: base)
      }
    }
    for child in SchemaKeywords.subschemas(of: schema) { add(child, base: base, &references) }
  }
}

/// Where schemas stand inside a schema.
enum SchemaKeywords {
  private static let single = [
    "additionalItems", "additionalProperties", "contains", "else", "if", "items", "not",
    "propertyNames", "then",
  ]
  private static let lists = ["allOf", "anyOf", "items", "oneOf"]
  private static let maps = ["definitions", "dependencies", "patternProperties", "properties"]

  static func subschemas(of schema: JSONNode) -> [JSONNode] {
    guard schema.members != nil else { return [] }
    var found = single.compactMap { schema[$0] }.filter { $0.members != nil }
    for keyword in lists { found += schema[keyword]?.elements ?? [] }
    for keyword in maps {
      let values = (schema[keyword]?.members ?? []).map(\.value)
      found += values.filter { $0.elements == nil }
    }
    return found
  }
}

/// A schema that cannot be used.
package enum SchemaError: ToolError, Equatable {
  case unresolved(String)
  case endless(String)
  case pattern(String, String)
  case tooDeep

  package var id: String { "schema.invalid" }
  package var description: String {
    switch self {
    case .unresolved(let reference):
      "$ref '\(reference)': not in the schema; references to other documents are not followed"
    case .endless(let reference): "$ref '\(reference)': refers to itself without end"
    case .pattern(let pattern, let reason): "pattern '\(pattern)': \(reason)"
    case .tooDeep: "the schema nests too deeply"
    }
  }
  package var exitStatus: ExitStatus { .configuration }
}
