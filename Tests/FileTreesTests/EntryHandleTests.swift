import FileTrees
import FoundationEssentials
import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@Suite(.enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct EntryHandleTests {
  static let attributes = EntryAttributes(
    permissions: 0o2751, owner: 1234, group: 4321,
    modified: FileTime(seconds: 981_173_106, nanoseconds: 123_456_789))

  /// An access list in which another user may read: `u::rwx,u:42:r--,g::r-x,m::r-x,o::--x`.
  static let acl = ExtendedAttribute(
    name: Array("system.posix_acl_access".utf8),
    value: [
      2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255, 2, 0, 4, 0, 42, 0, 0, 0, 4, 0, 5, 0, 255, 255,
      255, 255, 16, 0, 5, 0, 255, 255, 255, 255, 32, 0, 1, 0, 255, 255, 255, 255,
    ])

  static let capability = ExtendedAttribute(
    name: Array("security.capability".utf8),
    value: [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])

  static func trusted(_ value: [UInt8]) -> ExtendedAttribute {
    ExtendedAttribute(name: Array("trusted.x".utf8), value: value)
  }

  static let kinds: [(String, EntryKind, [ExtendedAttribute])] = [
    ("echo text > it", .file, [capability, acl, trusted([1])]),
    ("echo text > it; setfattr -n user.old -v 1 it", .file, []),
    ("mkdir it", .directory, [acl, trusted([])]),
    ("ln -s /etc/passwd it", .symlink, [trusted([2, 0, 3])]),
    ("mkfifo it", .fifo, [trusted([4])]),
    ("mknod it c 1 3", .characterDevice, [acl]),
  ]

  @Test(arguments: kinds) func everyKindKeepsWhatItIsGiven(
    script: String, kind: EntryKind, extended: [ExtendedAttribute]
  ) async throws {
    try await ScratchBtrfs.with { btrfs in
      let passwd = FileTree(root: "/etc").status("passwd")
      let home = btrfs.topLevel.appending("@home")
      try await btrfs.sh(script, in: home)
      let handle = try #require(try EntryTree(Directory(home)).handle(at: "it"))
      var wanted = Self.attributes
      wanted.extended = extended.sorted { $0.name.lexicographicallyPrecedes($1.name) }
      try handle.apply(wanted, of: kind)
      // A second time it finds all of it there.
      try handle.apply(wanted, of: kind)
      let entry = try handle.read()
      #expect(entry.kind == kind)
      if kind == .symlink { wanted.permissions = 0o777 }
      #expect(entry.attributes == wanted)
      // No link was followed.
      let after = FileTree(root: "/etc").status("passwd")
      #expect(passwd?.st_ctim.tv_nsec == after?.st_ctim.tv_nsec && passwd?.st_uid == after?.st_uid)
    }
  }

  @Test func aHandleStaysWithItsEntry() async throws {
    try await ScratchBtrfs.with { btrfs in
      let home = btrfs.topLevel.appending("@home")
      try await btrfs.sh("echo one > a; mkdir d; ln -s /etc d/out; ln -s d in", in: home)
      let tree = EntryTree(try Directory(home))
      let handle = try #require(try tree.handle(at: "a"))
      try await btrfs.sh("mv a b; ln -s b a", in: home)
      #expect(try handle.read().kind == .file)
      #expect(try tree.entry(at: "a")?.kind == .symlink)
      #expect(try tree.entry(at: "") != nil)
      for path in ["d/out/passwd", "in/out", "a/b", "none/x"] as [FilePath] {
        #expect(try tree.entry(at: path) == nil, "\(path)")
      }
      try handle.link(as: "c", in: tree.root)
      #expect(try handle.read().links == 2)
      #expect(try tree.entry(at: "c")?.inode == handle.read().inode)
    }
  }
}
