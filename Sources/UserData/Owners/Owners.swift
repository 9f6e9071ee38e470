package import FileTrees
import LiveCommit
package import SystemPackage

/// The numbers of users and groups that own something.
package struct Owners: Sendable, Equatable {
  package var users: Set<UInt32>
  package var groups: Set<UInt32>

  package init(users: Set<UInt32> = [], groups: Set<UInt32> = []) {
    self.users = users
    self.groups = groups
  }

  /// The people of `accounts` whose home lies in one of `folders`, or around it, and their groups.
  package init(atHomeIn folders: [FilePath], _ accounts: Accounts) {
    self.init()
    for user in accounts.users where accounts.userRange.contains(user.number) {
      let home = FilePath(user.home ?? "")
      guard home.isAbsolute, !home.components.isEmpty,
        folders.contains(where: {
          home.relative(to: $0) != nil || $0.relative(to: home) != nil
        })
      else { continue }
      users.insert(user.number)
      if let group = user.group { groups.insert(group) }
    }
  }

  /// What a plan sets owners to, and what access control lists of `acl(5)` name.
  package init(of plan: MirrorPlan) {
    self.init()
    for setting in plan.changes.settings { add(setting.entry) }
    for tree in plan.changes.trees { add(tree.entry) }
    for sum in plan.sums.values { formUnion(sum.owners) }
  }

  /// Adds those of an entry, and those that its access control lists name.
  package mutating func add(_ entry: Entry) {
    users.insert(entry.attributes.owner)
    groups.insert(entry.attributes.group)
    for attribute in entry.attributes.extended { addAccessList(attribute) }
  }

  package var isEmpty: Bool { users.isEmpty && groups.isEmpty }

  package mutating func formUnion(_ others: Owners) {
    users.formUnion(others.users)
    groups.formUnion(others.groups)
  }

  package func numbers(_ kind: Account.Kind) -> Set<UInt32> { kind == .user ? users : groups }

  /// The layout of `posix_acl_xattr.h`: a version of 4 bytes, then 8 for each entry.
  private mutating func addAccessList(_ attribute: ExtendedAttribute) {
    guard attribute.name.starts(with: Array("system.posix_acl_".utf8)) else { return }
    let value = attribute.value
    for start in stride(from: 4, through: value.count - 8, by: 8) {
      let tag = UInt16(value[start]) | UInt16(value[start + 1]) << 8
      let number = (4..<8).reduce(UInt32(0)) { $0 | UInt32(value[start + $1]) << (8 * ($1 - 4)) }
      if tag == 0x02 { users.insert(number) }
      if tag == 0x08 { groups.insert(number) }
    }
  }
}
