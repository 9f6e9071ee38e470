/// `uri`, `iri`, references to them, and `uri-template`.
enum URIFormat {
  static func isReference(_ text: String, needsScheme: Bool, asciiOnly: Bool) -> Bool {
    guard hasAllowedCharacters(text, asciiOnly: asciiOnly, besides: "") else { return false }
    let parts = URIReference(text)
    if let scheme = parts.scheme {
      guard let first = scheme.utf8.first, SchemaFormat.isAlphanumeric(first), first > 57,
        scheme.utf8.allSatisfy({ SchemaFormat.isAlphanumeric($0) || "+-.".utf8.contains($0) })
      else { return false }
    } else if needsScheme {
      return false
    }
    if parts.path.contains("[") || parts.path.contains("]") { return false }
    if parts.fragment?.contains("#") == true { return false }
    return parts.authority.map(isAuthority) ?? true
  }

  static func isTemplate(_ text: String) -> Bool {
    guard hasAllowedCharacters(text, asciiOnly: false, besides: "{}|^") else { return false }
    var isInside = false
    for character in text where character == "{" || character == "}" {
      if isInside == (character == "{") { return false }
      isInside.toggle()
    }
    return !isInside && !text.contains("{}")
  }

  private static func isAuthority(_ text: String) -> Bool {
    let host = text.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    var rest = host
    if host.hasPrefix("[") {
      guard let end = host.firstIndex(of: "]") else { return false }
      rest = host[host.index(after: end)...]
      if !rest.isEmpty, !rest.hasPrefix(":") { return false }
    } else if host.contains("[") || host.contains("]") {
      return false
    }
    let ports = rest.split(separator: ":", omittingEmptySubsequences: false).dropFirst()
    return ports.count <= 1 && ports.allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) } }
  }

  private static func hasAllowedCharacters(
    _ text: String, asciiOnly: Bool, besides more: String
  ) -> Bool {
    let others = "-._~:/?#[]@!$&'()*+,;=%" + more
    let isClean = text.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII
        ? SchemaFormat.isAlphanumeric(UInt8(scalar.value)) || others.unicodeScalars.contains(scalar)
        : !asciiOnly
    }
    return isClean && URIReference.hasValidEscapes(text)
  }
}

extension URIReference {
  /// Whether every `%` is followed by two hexadecimal digits.
  fileprivate static func hasValidEscapes(_ text: String) -> Bool {
    text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
      part.utf8.count >= 2
        && part.utf8.prefix(2).allSatisfy {
          (48...57).contains($0) || (97...102).contains($0 | 0x20)
        }
    }
  }
}
