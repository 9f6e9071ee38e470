/// A user of `passwd(5)` or a group of `group(5)`.
package struct Account: Codable, Sendable, Equatable {
  package enum Kind: String, Codable, Sendable, CaseIterable { case user, group }

  package var name: String
  package var number: UInt32
  /// A user's primary group.
  package var group: UInt32?
  /// A user's home directory.
  package var home: String?

  package init(name: String, number: UInt32, group: UInt32? = nil, home: String? = nil) {
    self.name = name
    self.number = number
    self.group = group
    self.home = home
  }

  /// Reads a line of `getent(1)`; nil for one that is malformed.
  init?(_ kind: Kind, line: Substring) {
    let fields = line.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count > 2, !fields[0].isEmpty, let number = UInt32(fields[2]) else { return nil }
    self.init(name: String(fields[0]), number: number)
    guard kind == .user, fields.count > 5 else { return }
    group = UInt32(fields[3])
    home = String(fields[5])
  }
}
