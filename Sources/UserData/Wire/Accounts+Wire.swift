import FileTrees
import FoundationEssentials
import PCSCore

extension Accounts {
  /// As a line without LF, in base64.
  package var line: [UInt8] {
    get throws { Array(try JSON.encoder.encode(self).base64EncodedString().utf8) }
  }

  package init(line: [UInt8]) throws {
    guard let data = Data(base64Encoded: Data(line)) else { throw WireError() }
    self = try JSONDecoder().decode(Accounts.self, from: data)
  }
}
