import FoundationEssentials
import PCSCore
import SystemPackage

extension FilePath {
  /// The bytes of the path as text.
  package var base64: String { Data(bytes).base64EncodedString() }

  package init?(base64 text: String) {
    guard let data = Data(base64Encoded: text) else { return nil }
    self.init(bytes: data)
  }
}
