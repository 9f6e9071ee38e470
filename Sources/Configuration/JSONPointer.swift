package import PCSCore

/// A place in a JSON document, as RFC 6901 writes it: `/disk/paths/0`.
package struct JSONPointer: Sendable, Hashable {
  package var tokens: [String]

  package init(_ tokens: [String] = []) {
    self.tokens = tokens
  }

  /// nil when `text` is not a pointer.
  package init?(parsing text: String) {
    if text.isEmpty {
      self.init()
      return
    }
    guard text.hasPrefix("/") else { return nil }
    var tokens: [String] = []
    for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard let token = Self.unescaped(part) else { return nil }
      tokens.append(token)
    }
    self.init(tokens)
  }

  package func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

  package func appending(_ index: Int) -> JSONPointer { appending("\(index)") }

  package var text: String {
    tokens.map { token in
      "/" + token.map { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }.joined()
    }.joined()
  }

  /// The place as people read it: `disk.paths[0]`.
  package var dotted: String {
    tokens.reduce(into: "") { text, token in
      if !token.isEmpty, token.utf8.allSatisfy({ (48...57).contains($0) }) {
        text += "[\(token)]"
      } else {
        text += text.isEmpty ? token : ".\(token)"
      }
    }
  }

  private static func unescaped(_ part: Substring) -> String? {
    var token = ""
    var rest = part.unicodeScalars
    while let scalar = rest.popFirst() {
      guard scalar == "~" else {
        token.unicodeScalars.append(scalar)
        continue
      }
      switch rest.popFirst() {
      case "0": token += "~"
      case "1": token += "/"
      default: return nil
      }
    }
    return token
  }
}

extension JSONNode {
  /// The part that one token of a pointer names.
  func child(_ token: String) -> JSONNode? {
    if members != nil { return self[token] }
    guard let elements, let index = Int(token), "\(index)" == token,
      elements.indices.contains(index)
    else { return nil }
    return elements[index]
  }

  /// The part that `pointer` names.
  package func part(at pointer: JSONPointer) -> JSONNode? {
    pointer.tokens.reduce(self) { node, token in node?.child(token) }
  }
}
