import FoundationEssentials
import PCSCore
import SystemPackage

/// The numbers of people, or of their groups: `UID_MIN` to `UID_MAX` of `login.defs(5)`.
package struct AccountRange: Codable, Sendable, Equatable {
  package var first: UInt32 = 1000
  package var last: UInt32 = 60000

  package init() {}

  /// Reads the text of `login.defs(5)`; what it does not set keeps its default.
  package init(_ kind: Account.Kind, loginDefs text: String) {
    let prefix = kind == .user ? "UID" : "GID"
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count > 1, let value = UInt32(words[1]) else { continue }
      if words[0] == "\(prefix)_MIN" { first = value }
      if words[0] == "\(prefix)_MAX" { last = value }
    }
  }

  package func contains(_ number: UInt32) -> Bool { first <= number && number <= last }
}
