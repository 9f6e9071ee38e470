/// A number of the source that belongs to another account on the target.
package struct OwnerFinding: Sendable, Equatable {
  package let kind: Account.Kind
  /// On the source.
  package let number: UInt32
  package let here: String?
  /// Who has the number on the target.
  package let there: String?
  /// The number of `here` on the target, where it is another one.
  package let renumbered: UInt32?
  /// Whether it is about a person or a person's group; those alone keep a sync from working.
  package let isPerson: Bool

  /// Compares the numbers of `owners` between the machines; people come first.
  package static func all(
    of owners: Owners, source: Accounts, target: Accounts
  ) -> [OwnerFinding] {
    let findings = Account.Kind.allCases.flatMap { kind in
      owners.numbers(kind).sorted().compactMap {
        OwnerFinding(kind, $0, source: source, target: target)
      }
    }
    return findings.filter(\.isPerson) + findings.filter { !$0.isPerson }
  }

  /// nil when the number means the same on both machines, or nothing on either.
  init?(_ kind: Account.Kind, _ number: UInt32, source: Accounts, target: Accounts) {
    self.kind = kind
    self.number = number
    here = source.numbered(number, kind)?.name
    let there = target.numbered(number, kind)?.name
    self.there = there == here ? nil : there
    let theirs = here.flatMap { target.named($0, kind)?.number }
    // A name may have two numbers.
    renumbered = theirs == number || there == here ? nil : theirs
    isPerson = source.range(kind).contains(number) || target.range(kind).contains(number)
    if self.there == nil, renumbered == nil { return nil }
  }

  /// `target` is the target's host name.
  package func text(target: String) -> String {
    let other = there.map { "\(kind) \(number) is \($0) on \(target)" }
    guard let here else {
      return "\(other ?? ""), and has no name here: files would become \(there ?? "")'s"
    }
    let own = renumbered.map { "\(kind) \(here) is \(number) here and \($0) on \(target)" }
    return [own, other.map { own == nil ? $0 + " and \(here) here" : $0 }]
      .compactMap { $0 }.joined(separator: ", ") + ": files would change hands"
  }

  /// The commands that make the numbers of the target equal, for its root; nil where a name is not
  /// fit for a command line.
  package func remedy(source: Accounts, target: Accounts) -> String? {
    var commands: [String] = []
    if let there {
      guard Self.isPlain(there), let free = Self.free(kind, source, target) else { return nil }
      commands += change(there, from: number, to: free)
    }
    if let here, let renumbered {
      guard Self.isPlain(here) else { return nil }
      commands += change(here, from: renumbered, to: number)
    }
    return commands.joined(separator: " && ")
  }

  /// `usermod(8)` gives the files of the home to the new number; `groupmod(8)` leaves them.
  private func change(_ name: String, from old: UInt32, to new: UInt32) -> [String] {
    switch kind {
    case .user: ["usermod -u \(new) \(name)"]
    case .group:
      [
        "groupmod -g \(new) \(name)",
        "find /home -xdev -gid \(old) -exec chgrp -h \(new) {} +",
      ]
    }
  }

  private static func isPlain(_ name: String) -> Bool {
    name.utf8.first != UInt8(ascii: "-")
      && name.utf8.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
          || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
          || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-_.@".utf8.contains(byte)
      }
  }

  /// The lowest number of people that neither machine uses.
  private static func free(
    _ kind: Account.Kind, _ source: Accounts, _ target: Accounts
  ) -> UInt32? {
    let taken = Set((source.all(kind) + target.all(kind)).map(\.number))
    let range = target.range(kind)
    guard range.first <= range.last else { return nil }
    return (range.first...range.last).first { !taken.contains($0) }
  }
}
