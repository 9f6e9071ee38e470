import FileTrees
import SystemPackage
import Testing

@testable import LiveCommit
@testable import UserData

/// U5: the same name under another number, and a number that is somebody else's, are found.
@Suite struct OwnerTests {
  /// Accounts of one machine by their numbers.
  private static func accounts(_ users: [UInt32: String]) -> Accounts {
    Accounts(
      users: users.map {
        Account(name: $0.value, number: $0.key, group: $0.key, home: "/home/\($0.value)")
      }.sorted { $0.number < $1.number },
      groups: users.map { Account(name: $0.value, number: $0.key) }
        .sorted { $0.number < $1.number })
  }

  struct Case: Sendable {
    let number: UInt32
    let here: [UInt32: String]
    let there: [UInt32: String]
    /// nil where the number means the same, or nothing, on both.
    var text: String?
    var isPerson = true
    var remedy: String?
  }

  static let cases = [
    Case(number: 1000, here: [1000: "ada"], there: [1000: "ada"]),
    Case(number: 1000, here: [1000: "ada"], there: [:]),
    Case(number: 100_000, here: [:], there: [:]),
    Case(number: 1000, here: [1000: "ada"], there: [1001: "bob"]),
    Case(
      number: 1001, here: [1001: "ada"], there: [1001: "bob"],
      text: "user 1001 is bob on vega and ada here: files would change hands",
      remedy: "usermod -u 1000 bob"),
    Case(
      number: 1001, here: [1001: "ada"], there: [1000: "ada"],
      text: "user ada is 1001 here and 1000 on vega: files would change hands",
      remedy: "usermod -u 1001 ada"),
    Case(
      number: 1001, here: [1000: "bob", 1001: "ada"], there: [1000: "ada", 1001: "bob"],
      text: "user ada is 1001 here and 1000 on vega, user 1001 is bob on vega:"
        + " files would change hands",
      remedy: "usermod -u 1002 bob && usermod -u 1001 ada"),
    Case(
      number: 1001, here: [:], there: [1001: "bob"],
      text: "user 1001 is bob on vega, and has no name here: files would become bob's",
      remedy: "usermod -u 1000 bob"),
    Case(
      number: 105, here: [105: "sshd"], there: [105: "uuidd", 106: "sshd"],
      text: "user sshd is 105 here and 106 on vega, user 105 is uuidd on vega:"
        + " files would change hands",
      isPerson: false),
    Case(
      number: 1001, here: [1001: "ada"], there: [1001: "x;reboot"],
      text: "user 1001 is x;reboot on vega and ada here: files would change hands"),
    Case(
      number: 1001, here: [1001: "ada"], there: [1001: "-o"],
      text: "user 1001 is -o on vega and ada here: files would change hands"),
  ]

  @Test("U5: a number that means another account on the target", arguments: cases)
  func findings(_ example: Case) {
    let source = Self.accounts(example.here)
    let target = Self.accounts(example.there)
    let finding = OwnerFinding(.user, example.number, source: source, target: target)
    #expect(finding?.text(target: "vega") == example.text)
    if let finding {
      #expect(finding.isPerson == example.isPerson)
      guard example.isPerson else { return }
      #expect(finding.remedy(source: source, target: target) == example.remedy)
    }
  }

  @Test func groupsGetTheirFiles() {
    let source = Self.accounts([1001: "ada"])
    let target = Self.accounts([1001: "bob"])
    let finding = OwnerFinding(.group, 1001, source: source, target: target)
    #expect(
      finding?.remedy(source: source, target: target)
        == "groupmod -g 1000 bob && find /home -xdev -gid 1001 -exec chgrp -h 1000 {} +")
  }

  @Test func peopleComeBeforeSystemAccounts() {
    let all = OwnerFinding.all(
      of: Owners(users: [105, 1001], groups: [105, 1001]),
      source: Self.accounts([105: "sshd", 1001: "ada"]),
      target: Self.accounts([105: "uuidd", 1001: "bob"]))
    #expect(all.map(\.number) == [1001, 1001, 105, 105])
    #expect(all.map(\.kind) == [.user, .group, .user, .group])
  }

  @Test func peopleOfTheFoldersAreThoseAtHomeThere() {
    let accounts = Accounts(
      users: [
        Account(name: "root", number: 0, group: 0, home: "/root"),
        Account(name: "syslog", number: 104, group: 111, home: "/home/syslog"),
        Account(name: "ada", number: 1000, group: 1000, home: "/home/ada"),
        Account(name: "eve", number: 1001, group: 100, home: "/srv/eve"),
        Account(name: "build", number: 1002, group: 1002, home: "/"),
      ], groups: [])
    #expect(Owners(atHomeIn: ["/home"], accounts) == Owners(users: [1000], groups: [1000]))
    #expect(Owners(atHomeIn: ["/home/ada/work"], accounts).users == [1000])
    #expect(Owners(atHomeIn: ["/srv"], accounts) == Owners(users: [1001], groups: [100]))
  }

  @Test(
    arguments: [
      ("", 1000, 60000), ("UID_MIN\t500\n#UID_MAX 7\nUID_MAX  9999 \nGID_MIN 3", 500, 9999),
      ("UID_MIN none", 1000, 60000),
    ] as [(String, UInt32, UInt32)])
  func rangesAreThoseOfLoginDefs(_ text: String, _ first: UInt32, _ last: UInt32) {
    let range = AccountRange(.user, loginDefs: text)
    #expect(range.first == first && range.last == last)
  }

  @Test func accessControlListsNameOwnersToo() {
    // Version 2; user 1001 rw, group 1002 r, and the file's own user.
    let list: [UInt8] =
      [2, 0, 0, 0] + [2, 0, 6, 0, 0xE9, 3, 0, 0] + [8, 0, 4, 0, 0xEA, 3, 0, 0]
      + [1, 0, 7, 0, 0xFF, 0xFF, 0xFF, 0xFF]
    var plan = MirrorPlan()
    let attributes = EntryAttributes(
      permissions: 0o600, owner: 1000, group: 1000,
      modified: FileTime(seconds: 0, nanoseconds: 0),
      extended: [ExtendedAttribute(name: Array("system.posix_acl_access".utf8), value: list)])
    plan.changes.settings = [
      FolderChanges.Setting(
        path: "x",
        entry: Entry(
          kind: .file, attributes: attributes, inode: 1,
          changed: FileTime(seconds: 0, nanoseconds: 0)), hasContent: true)
    ]
    #expect(Owners(of: plan) == Owners(users: [1000, 1001], groups: [1000, 1002]))
  }
}
