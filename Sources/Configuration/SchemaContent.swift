import FoundationEssentials
import PCSCore

/// `contentEncoding` and `contentMediaType`, as far as base64 and JSON go.
enum SchemaContent {
  static func accepts(_ text: String, by schema: JSONNode) -> Bool {
    var content = Array(text.utf8)
    if schema["contentEncoding"]?.string == "base64" {
      guard let decoded = Data(base64Encoded: text) else { return false }
      content = Array(decoded)
    }
    guard schema["contentMediaType"]?.string == "application/json" else { return true }
    return (try? JSONReader.read(content)) != nil
  }
}
