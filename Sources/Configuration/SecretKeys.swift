package import PCSCore

/// The keys of a configuration whose values are nobody's business: those whose schema says
/// `writeOnly`.
package struct SecretKeys: Sendable, Equatable {
  private(set) var names: Set<String> = []

  /// Those in the schemas of all installed modules; of one that does not say what it is, none.
  package static func installed(
    _ catalog: ModuleCatalog = ModuleCatalog()
  ) async throws -> SecretKeys {
    let modules = await DescribedModule.describe(all: try catalog.all(), in: catalog)
    return SecretKeys(schemas: modules.values.compactMap { try? $0.get().schemaDocument })
  }

  package init(schemas: [JSONNode]) {
    for schema in schemas { collect(schema, root: schema) }
  }

  private mutating func collect(_ node: JSONNode, root: JSONNode) {
    for property in node["properties"]?.members ?? []
    where Self.isSecret(property.value, root: root) { names.insert(property.key) }
    for member in node.members ?? [] { collect(member.value, root: root) }
    for element in node.elements ?? [] { collect(element, root: root) }
  }

  /// Whether a value of `schema`, or an element of it, is secret; its members are looked at by
  /// themselves.
  private static func isSecret(_ schema: JSONNode, root: JSONNode, depth: Int = 0) -> Bool {
    if depth > 16 { return true }  // It refers to itself; better hidden than shown.
    if schema["writeOnly"]?.bool == true { return true }
    if let reference = schema["$ref"]?.string {
      return referred(reference, in: root).map { isSecret($0, root: root, depth: depth + 1) }
        ?? false
    }
    let parts = ["items", "additionalItems", "contains", "not", "if", "then", "else"]
    let lists = ["items", "allOf", "anyOf", "oneOf"]
    return parts.compactMap { schema[$0] }.contains { isSecret($0, root: root, depth: depth + 1) }
      || lists.flatMap { schema[$0]?.elements ?? [] }.contains {
        isSecret($0, root: root, depth: depth + 1)
      }
  }

  private static func referred(_ reference: String, in root: JSONNode) -> JSONNode? {
    guard reference.hasPrefix("#") else { return nil }
    var node = root
    for part in reference.dropFirst().split(separator: "/") {
      let key = part.replacing("~1", with: "/").replacing("~0", with: "~")
      guard let next = node[String(key)] else { return nil }
      node = next
    }
    return node
  }
}

extension SecretKeys {
  /// What stands in place of a secret.
  package static let mask = "***"

  /// `document` without the values.
  package func masking(_ document: JSONNode) -> JSONNode {
    switch document.value {
    case .object(let members):
      JSONNode(
        .object(
          members.map { member in
            names.contains(member.key)
              ? JSONNode.Member(member.key, JSONNode(.string(Self.mask)))
              : JSONNode.Member(member.key, masking(member.value))
          }))
    case .array(let elements): JSONNode(.array(elements.map { masking($0) }))
    default: document
    }
  }

  /// Two texts of configurations without the values; where those differ it is said whose they are,
  /// so that the difference still shows.
  ///
  /// The texts need not be valid, so it goes by the line: what follows such a key is hidden to the
  /// end of its line and of the deeper lines below. Rather too much than too little.
  package func masking(_ theirs: [UInt8], _ ours: [UInt8]) -> (theirs: [UInt8], ours: [UInt8]) {
    let (hiddenThere, hiddenHere) = (hide(theirs), hide(ours))
    let isSame = hiddenThere.secrets == hiddenHere.secrets
    return (
      hiddenThere.text(Self.mask + (isSame ? "" : " (theirs)")),
      hiddenHere.text(Self.mask + (isSame ? "" : " (ours)"))
    )
  }

  private struct Hidden {
    var lines: [(shown: [UInt8], isCut: Bool)] = []
    var secrets: [[UInt8]] = []

    func text(_ mask: String) -> [UInt8] {
      Array(
        lines.map { $0.shown + ($0.isCut ? Array(mask.utf8) : []) }
          .joined(separator: [UInt8(ascii: "\n")]))
    }
  }

  private func hide(_ text: [UInt8]) -> Hidden {
    var hidden = Hidden()
    var indentOfSecret: Int?
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let indent = line.prefix { $0 == UInt8(ascii: " ") }.count
      let isEnd = number == lines.count - 1 && line.isEmpty
      if let deeper = indentOfSecret, !isEnd, indent > deeper || indent == line.count {
        hidden.secrets.append(Array(line))
        continue
      }
      indentOfSecret = nil
      guard let end = endOfKey(in: line) else {
        hidden.lines.append((Array(line), false))
        continue
      }
      hidden.lines.append((Array(line[..<end]) + [UInt8(ascii: " ")], true))
      hidden.secrets.append(Array(line[end...]))
      indentOfSecret = indent
    }
    return hidden
  }

  /// The index after the colon of the first such key in `line`.
  private func endOfKey(in line: ArraySlice<UInt8>) -> Int? {
    names.compactMap { name -> Int? in
      let key = Array(name.utf8)
      guard !key.isEmpty, line.count > key.count else { return nil }
      for start in line.startIndex..<(line.endIndex - key.count)
      where line[start..<(start + key.count)].elementsEqual(key) {
        let isWhole =
          start == line.startIndex || " \t{,\"'-?".utf8.contains(line[start - 1])
        let after = line[(start + key.count)...].drop { " \t\"'".utf8.contains($0) }
        if isWhole, after.first == UInt8(ascii: ":") { return after.startIndex + 1 }
      }
      return nil
    }.min()
  }
}
