import Glibc

/// The formats of draft-07 that are asserted; all but `idn-hostname`, which needs tables of its own.
enum SchemaFormat: String, CaseIterable {
  case dateTime = "date-time"
  case date, time, email, hostname, ipv4, ipv6, uri, iri, regex
  case idnEmail = "idn-email"
  case uriReference = "uri-reference"
  case iriReference = "iri-reference"
  case uriTemplate = "uri-template"
  case jsonPointer = "json-pointer"
  case relativeJSONPointer = "relative-json-pointer"

  func accepts(_ text: String) -> Bool {
    switch self {
    case .dateTime: DateFormat.isDateTime(text)
    case .date: DateFormat.isDate(text)
    case .time: DateFormat.isTime(text)
    case .email: Self.isEmail(text, asciiOnly: true)
    case .idnEmail: Self.isEmail(text, asciiOnly: false)
    case .hostname: Self.isHostname(text)
    case .ipv4: Self.isAddress(text, AF_INET)
    case .ipv6: Self.isAddress(text, AF_INET6)
    case .uri: URIFormat.isReference(text, needsScheme: true, asciiOnly: true)
    case .uriReference: URIFormat.isReference(text, needsScheme: false, asciiOnly: true)
    case .iri: URIFormat.isReference(text, needsScheme: true, asciiOnly: false)
    case .iriReference: URIFormat.isReference(text, needsScheme: false, asciiOnly: false)
    case .uriTemplate: URIFormat.isTemplate(text)
    case .jsonPointer: JSONPointer(parsing: text) != nil
    case .relativeJSONPointer: Self.isRelativePointer(text)
    case .regex: (try? SchemaPattern(text)) != nil
    }
  }

  private static func isEmail(_ text: String, asciiOnly: Bool) -> Bool {
    guard let at = text.lastIndex(of: "@"), at != text.startIndex else { return false }
    let domain = text[text.index(after: at)...]
    if asciiOnly, !text.utf8.allSatisfy({ $0 < 0x80 }) { return false }
    let isClean = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    if asciiOnly, !domain.hasPrefix("[") { return isClean && isHostname(String(domain)) }
    return isClean && !domain.isEmpty
  }

  private static func isHostname(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }
  }

  private static func isAddress(_ text: String, _ family: Int32) -> Bool {
    var address = in6_addr()
    return !text.utf8.contains(0) && inet_pton(family, text, &address) == 1
  }

  private static func isRelativePointer(_ text: String) -> Bool {
    let digits = text.prefix { ("0"..."9").contains($0) }
    guard !digits.isEmpty, digits == "0" || !digits.hasPrefix("0") else { return false }
    let rest = text.dropFirst(digits.count)
    return rest == "#" || JSONPointer(parsing: String(rest)) != nil
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}
