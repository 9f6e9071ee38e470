import SystemPackage
import Testing

@testable import UserData

struct WireTests {
  private static let entry = Entry(
    kind: .symlink,
    attributes: EntryAttributes(
      permissions: 0o4755, owner: .max, group: 5,
      modified: FileTime(seconds: -1, nanoseconds: 999_999_999),
      extended: [ExtendedAttribute(name: [1, 255], value: [])]),
    size: .max, linkTarget: Array("/x\n".utf8), device: 7, inode: 1 << 40, links: 3,
    changed: FileTime(seconds: 1 << 40, nanoseconds: 0))

  @Test(
    arguments: [
      .folder(index: 3, reason: nil, preSync: "/.snapshots/a"),
      .folder(index: 0, reason: "", preSync: "/x"),
      .changed("a/b\n", entry, isStructural: true), .changed("", nil, isStructural: false),
      .changed("c", entry, isStructural: true, isOwn: true),
      .probed("g", isDirectory: true), .listing("d"), .listed("e", isDirectory: true),
      .sought("f", entry),
    ] as [LookReply])
  func carriesRepliesAsLines(_ reply: LookReply) throws {
    let line = try reply.line
    #expect(!line.contains(UInt8(ascii: "\n")))
    #expect(try LookReply(line: line) == reply)
  }

  /// A target that lies must not lead anywhere.
  @Test(arguments: ["/etc/passwd", "../x", "a/../b", "./a"])
  func refusesPathsThatLeadOutside(_ path: String) throws {
    var writer = ByteWriter()
    writer.put(Array(path.utf8))
    var reader = ByteReader(writer.bytes)
    #expect(throws: WireError.self) { try reader.path() }
  }

  @Test func refusesWhatIsCutShort() throws {
    var writer = ByteWriter()
    writer.put(Self.entry)
    for count in 0..<writer.bytes.count {
      var reader = ByteReader(Array(writer.bytes.prefix(count)))
      #expect(throws: WireError.self) { try reader.entry() }
    }
  }
}
