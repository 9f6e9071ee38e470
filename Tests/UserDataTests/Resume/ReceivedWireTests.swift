import FileTrees
import PCSCore
import SystemPackage
import Testing

@testable import LiveCommit
@testable import UserData

struct ReceivedWireTests {
  private static let entry = Entry(
    kind: .file,
    attributes: EntryAttributes(
      permissions: 0o644, owner: 1, group: 2, modified: FileTime(seconds: 5, nanoseconds: 6)),
    size: 10, inode: 7, changed: FileTime(seconds: 1, nanoseconds: 0))

  private static func file(_ path: FilePath?, _ isWhole: Bool) -> ReusedFile {
    ReusedFile(session: "0badcafe", path: path, isWhole: isWhole)
  }

  @Test(
    arguments: [
      .reusedSetting(folder: 1, 2, file(nil, true)),
      .reusedEntry("n", entry, flags: 3, file("a/b\n", false)),
    ] as [Frame])
  func carriesFrames(_ frame: Frame) throws {
    var batch = FrameBatch()
    batch.add(frame)
    var found: [Frame] = []
    try FrameBatch.read(batch.bytes) { found.append($0) }
    #expect(found == [frame])
    for count in 1..<batch.bytes.count {
      #expect(throws: WireError.self) {
        try FrameBatch.read(Array(batch.bytes.prefix(count))) { _ in }
      }
    }
  }

  @Test(arguments: ["0badcaf", "../../ab", "0BADCAFE"])
  func refusesSessionsThatAreNone(_ session: String) {
    var writer = ByteWriter()
    writer.put(ReusedFile(session: session, path: nil, isWhole: true))
    var reader = ByteReader(writer.bytes)
    #expect(throws: WireError.self) { try reader.reusedFile() }
  }

  @Test func carriesBatches() throws {
    var batch = ReceivedBatch()
    let digest = ContentDigest(of: [1])
    batch.keys = (1...5).map {
      ReceivedKey(path: digest, size: $0, modified: FileTime(seconds: 1, nanoseconds: 2))
    }
    batch.hints = batch.keys.map(\.hint)
    batch.large = [
      .init(digest: digest, path: "a/b", size: 1 << 40), .init(digest: digest, path: nil, size: 0),
    ]
    batch.bytes = 77
    #expect(try ReceivedBatch(line: batch.line) == batch)
    #expect(throws: WireError.self) { try ReceivedBatch(line: batch.line.dropLast(8)) }
  }

  @Test func carriesWhatWasInterrupted() throws {
    let receipt = Receipt(
      source: .init(machineID: "id", hostname: "atlas"), session: "0badcafe",
      folders: [.init("home", snapshot: nil)], subvolume: "uuid", mount: "m",
      begun: Timestamp(milliseconds: 1_763_208_000_000), directories: [])
    let answer = PlanAnswer.interrupted(
      InterruptedSync(receipt, subvolume: 2, isSameMount: true))
    #expect(try PlanAnswer(line: answer.line) == answer)
  }

  @Test func aKeyIsOfPathSizeAndTime() {
    let (a, b) = (ContentDigest(of: [1]), ContentDigest(of: [2]))
    let time = FileTime(seconds: -1, nanoseconds: 0)
    let keys = [
      ReceivedKey(path: a, size: 1, modified: time), ReceivedKey(path: b, size: 1, modified: time),
      ReceivedKey(path: a, size: 2, modified: time),
      ReceivedKey(path: a, size: 1, modified: FileTime(seconds: -1, nanoseconds: 1)),
    ]
    #expect(Set(keys + keys.map { $0.with(a) } + keys.map { $0.with(b) }).count == 12)
    let sorted = keys.dropLast().sorted()
    #expect(sorted.allSatisfy { sorted.hasSorted($0) })
    #expect(!sorted.hasSorted(keys[3]))
  }
}
