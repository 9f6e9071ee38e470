import FoundationEssentials
import PCSCore
import SystemPackage

extension FilePath {
  /// The bytes of the path as text.
  var base64: String { Data(bytes).base64EncodedString() }

  init?(base64 text: String) {
    guard let data = Data(base64Encoded: text) else { return nil }
    self.init(bytes: data)
  }
}
