import FoundationEssentials
package import SystemPackage

/// A path as it travels in JSON.
///
/// A path is bytes and JSON is Unicode, so a path that is not UTF-8 carries its exact bytes in a
/// second field (`path_b64`, `from_b64`) beside the readable one.
package struct WirePath: Hashable, Sendable {
  package let path: FilePath

  package init(_ path: FilePath) {
    self.path = path
  }

  /// The readable form, with U+FFFD for what is not UTF-8.
  package var text: String { path.string }

  /// The exact bytes in base64, when `text` loses some.
  package var base64: String? { path.isUTF8 ? nil : Data(path.bytes).base64EncodedString() }

  package init?(text: String, base64: String?) {
    guard let base64 else {
      self.init(FilePath(text))
      return
    }
    guard let bytes = Data(base64Encoded: base64), !bytes.contains(0) else { return nil }
    self.init(FilePath(bytes: bytes))
  }

  /// `path`, and `path_b64` where needed, for the context of a log line.
  package var context: [String: JSON] {
    var members: [String: JSON] = ["path": .string(text)]
    if let base64 { members["path_b64"] = .string(base64) }
    return members
  }
}

extension KeyedDecodingContainer {
  func decodePath(_ text: Key, _ base64: Key) throws -> WirePath {
    guard
      let path = WirePath(
        text: try decode(String.self, forKey: text),
        base64: try decodeIfPresent(String.self, forKey: base64))
    else {
      throw DecodingError.dataCorruptedError(
        forKey: base64, in: self, debugDescription: "not the base64 of a path")
    }
    return path
  }
}

extension KeyedEncodingContainer {
  mutating func encode(_ path: WirePath, _ text: Key, _ base64: Key) throws {
    try encode(path.text, forKey: text)
    try encodeIfPresent(path.base64, forKey: base64)
  }
}
