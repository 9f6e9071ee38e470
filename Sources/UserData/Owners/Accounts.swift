import FoundationEssentials
import PCSCore
import SystemPackage

/// The users and groups of one machine, as `getent(1)` lists them.
package struct Accounts: Codable, Sendable, Equatable {
  package var users: [Account]
  package var groups: [Account]
  package var userRange: AccountRange
  package var groupRange: AccountRange

  package init(
    users: [Account], groups: [Account], userRange: AccountRange = AccountRange(),
    groupRange: AccountRange = AccountRange()
  ) {
    self.users = users
    self.groups = groups
    self.userRange = userRange
    self.groupRange = groupRange
  }

  /// Asks this machine for those of `request`, which a name service that lists nothing still
  /// knows, and for all that are listed unless `listsAll` is false.
  package init(of request: AccountRequest, listsAll: Bool = true) async throws {
    let defs = try Self.loginDefs()
    let all: [[String]?] = listsAll ? [nil] : []
    self.init(
      users: try await Self.ask(.user, all + [request.users]),
      groups: try await Self.ask(.group, all + [request.groups]),
      userRange: AccountRange(.user, loginDefs: defs),
      groupRange: AccountRange(.group, loginDefs: defs))
  }

  package func named(_ name: String, _ kind: Account.Kind) -> Account? {
    all(kind).first { $0.name == name }
  }

  package func numbered(_ number: UInt32, _ kind: Account.Kind) -> Account? {
    all(kind).first { $0.number == number }
  }

  package func all(_ kind: Account.Kind) -> [Account] { kind == .user ? users : groups }

  package func range(_ kind: Account.Kind) -> AccountRange {
    kind == .user ? userRange : groupRange
  }

  /// Runs `getent` for each list of keys; nil asks for everything.
  private static func ask(_ kind: Account.Kind, _ lists: [[String]?]) async throws -> [Account] {
    var found: [Account] = []
    for keys in lists where keys != [] {
      let database = kind == .user ? "passwd" : "group"
      let (status, output, _) = try await ChildProcess(
        "getent", ["--", database] + (keys ?? [])
      ).capture()
      // 2: a key is unknown; 3: the database cannot be listed.
      guard [0, 2, 3].contains(status.code) else {
        throw SyncError(
          "getent \(database): ended with status \(status.code)", id: "user_data.accounts")
      }
      let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
      for account in lines.compactMap({ Account(kind, line: $0) }) where !found.contains(account) {
        found.append(account)
      }
    }
    return found
  }

  private static func loginDefs() throws -> String {
    do {
      return String(decoding: try FileContent.read("/etc/login.defs"), as: UTF8.self)
    } catch let error where error.errno == .noSuchFileOrDirectory {
      return ""
    }
  }
}

/// Names and numbers whose accounts are wanted, as keys of `getent(1)`.
package struct AccountRequest: Codable, Sendable, Equatable {
  package var users: [String]
  package var groups: [String]

  package init(users: [String] = [], groups: [String] = []) {
    self.users = users
    self.groups = groups
  }

  /// Asks for the numbers of `owners`, and for the names that `accounts` has for them.
  package init(_ owners: Owners, namedBy accounts: Accounts? = nil) {
    func keys(_ kind: Account.Kind) -> [String] {
      let numbers = owners.numbers(kind).sorted()
      let names = numbers.compactMap { accounts?.numbered($0, kind)?.name }
      return numbers.map { "\($0)" } + names
    }
    self.init(users: keys(.user), groups: keys(.group))
  }
}
