package import PCSCore

/// A JSON Schema, draft-07.
///
/// Formats are asserted as far as `SchemaFormat` knows them. References go to the schema itself or
/// to the draft's own schema, never to the network.
package struct Schema: Sendable {
  let index: SchemaIndex

  /// Takes a schema that is valid itself; `problems(of:)` tells.
  package init(_ document: JSONNode) throws(SchemaError) {
    index = try SchemaIndex(document)
  }

  private init(index: SchemaIndex) {
    self.index = index
  }

  /// What keeps `document` from being a schema.
  package static func problems(of document: JSONNode) throws -> [Finding] {
    try Schema(index: .metaschema).findings(in: document)
  }

  /// Everything in `instance` that the schema does not allow; empty when it is valid.
  package func findings(in instance: JSONNode) throws -> [Finding] {
    try SchemaEvaluation(index).findings(index.root, instance, JSONPointer())
  }
}
