import FileTrees
import LiveCommit
import PCSCore
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
      .folder(index: 3, reason: nil, hasHistory: true, preSync: "/.snapshots/a"),
      .folder(index: 0, reason: "", hasHistory: true, preSync: "/x"),
      .changed("a/b\n", entry, isStructural: true), .changed("", nil, isStructural: false),
      .changed("c", entry, isStructural: true, isOwn: true),
      .probed("g", isDirectory: true), .listing("d"), .listed("e", isDirectory: true),
      .sought("f", entry), .more(index: 2),
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

  /// One request after another through a pipe.
  private func read(_ bytes: [UInt8]) throws -> [TargetRequest] {
    let pipe = try Pipe()
    defer { try? pipe.reading.close() }
    let output = SerialOutput(pipe.writing)
    output.write(bytes)
    output.close()
    let reader = RequestReader(pipe.reading)
    var found: [TargetRequest] = []
    while let request = try reader.next() { found.append(request) }
    return found
  }

  private static let requests: [TargetRequest] = [
    .look(LookRequest(snapshots: [], folders: [LookRequest.Folder("/a\n", base: nil)])),
    .probe(
      ProbeRequest(snapshots: [], folders: [ProbeRequest.Folder("/a", listed: ["b"])])),
    .digest(DigestRequest(folder: "/a", paths: ["c"], snapshots: [])),
    .plans([plan("/a"), plan("/b\n")]),
  ]

  private static func plan(_ folder: FilePath) -> PlanRequest {
    let header = PlanRequest.Header(
      session: "0badcafe", peer: .init(machineID: "id", hostname: "atlas"), folder: folder,
      subvolume: 0, snapshots: [])
    var changes = FolderChanges()
    changes.deletions = ["gone"]
    return PlanRequest(header, changes)
  }

  @Test func readsOneRequestAfterAnother() throws {
    let bytes = try Self.requests.flatMap { try $0.bytes }
    #expect(try read(bytes).map { try $0.bytes } == Self.requests.map { try $0.bytes })
  }

  @Test func refusesRequestsThatAreCutShortOrUnknown() throws {
    let bytes = try Self.requests[0].bytes
    for count in 1..<bytes.count {
      #expect(throws: (any Error).self) { try read(Array(bytes.prefix(count))) }
    }
    #expect(throws: WireError.self) { try read([200] + [UInt8](repeating: 0, count: 8)) }
    #expect(throws: WireError.self) { try read([0] + [UInt8](repeating: 255, count: 8)) }
  }

  @Test func tellsHowARequestEnded() throws {
    let well = try AnswerEnd(line: AnswerEnd().line)
    #expect(well?.error == nil && well?.exitCode == 0)
    let failed = try AnswerEnd(line: AnswerEnd(WireError()).line)
    #expect(failed?.error == ErrorDescription(WireError()))
    #expect(failed?.exitCode == WireError().exitStatus.rawValue)
    #expect(try AnswerEnd(line: PlanAnswer.wanted("a").line) == nil)
  }

  @Test(
    arguments: [
      .wanted("a\n"), .remaining("b", isDirectory: true), .stays(""), .occupied("c/d"),
      .left(folder: 3, "e"), .folder(2),
    ] as [PlanAnswer])
  func carriesAnswersAsLines(_ answer: PlanAnswer) throws {
    #expect(try PlanAnswer(line: answer.line) == answer)
    #expect(throws: WireError.self) { try PlanAnswer(line: Array("{}".utf8)) }
  }
}
