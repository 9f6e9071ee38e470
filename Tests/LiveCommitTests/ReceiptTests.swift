import FileTrees
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit

struct ReceiptTests {
  private static func receipt(begun: Timestamp = .now, directories: [FilePath] = ["a/b"]) -> Receipt
  {
    Receipt(
      source: .init(machineID: "id", hostname: "atlas"), session: "0badcafe",
      folders: [.init("home", snapshot: nil)], subvolume: "uuid", mount: "boot 1",
      begun: Timestamp(milliseconds: begun.milliseconds), directories: directories)
  }

  @Test(arguments: [
    (0, "uuid", true), (13, "uuid", true), (15, "uuid", false), (-13, "uuid", true),
    (-15, "uuid", false), (0, "other", false),
  ])
  func isOfUse(days: Int, subvolume: String, isUsable: Bool) {
    let receipt = Self.receipt(begun: Timestamp.now.advanced(by: .seconds(-86400 * days)))
    #expect((receipt.fault(subvolume: subvolume) == nil) == isUsable)
  }

  @Test func isReadAsItWasWritten() async throws {
    try await withScratchDirectory { path in
      let directory = try Directory(path)
      #expect(try Receipt(in: directory) == nil)
      let receipt = Self.receipt(directories: ["a/b", FilePath(bytes: [200, 10])])
      try receipt.write(to: directory)
      try receipt.write(to: directory)
      #expect(try Receipt(in: directory) == receipt)
      #expect(try directory.names() == ["receipt"])
    }
  }

  @Test(arguments: [["/etc"], ["../x"], ["a/../b"]] as [[FilePath]])
  func refusesPathsThatLeadOutside(_ directories: [FilePath]) async throws {
    try await withScratchDirectory { path in
      let directory = try Directory(path)
      try Self.receipt(directories: directories).write(to: directory)
      #expect(throws: WireError.self) { try Receipt(in: directory) }
    }
  }

  @Test func refusesWhatIsNoFile() async throws {
    try await withScratchDirectory { path in
      _ = try await Tool(at: "/bin/sh").run(["-euc", "ln -s /etc/passwd receipt"], directory: path)
      #expect(throws: WireError.self) { try Receipt(in: Directory(path)) }
    }
  }

  /// Whatever is wrong with a receipt, it is refused or harmless.
  @Test(arguments: 1...20 as ClosedRange<UInt64>) func survivesAnyDamage(seed: UInt64) async throws
  {
    try await withScratchDirectory { path in
      let directory = try Directory(path)
      try Self.receipt().write(to: directory)
      let file = path.appending("receipt")
      let whole = try FileContent.read(file)
      var random = SeededGenerator(seed: seed)
      for _ in 0..<50 {
        var bytes = whole
        switch random.next() % 3 {
        case 0: bytes.removeLast(Int(random.next() % UInt64(bytes.count)))
        case 1: bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() & 0xFF)
        default:
          bytes.insert(UInt8(random.next() & 0xFF), at: Int(random.next() % UInt64(bytes.count)))
        }
        try write(bytes, to: file)
        do {
          guard let receipt = try Receipt(in: directory) else { continue }
          #expect(receipt.directories.allSatisfy { $0.isRelative })
        } catch is WireError {}
      }
    }
  }

  private func write(_ bytes: [UInt8], to path: FilePath) throws {
    let file = try FileDescriptor.open(path, .writeOnly, options: .truncate)
    try file.closeAfter { _ = try file.writeAll(bytes) }
  }
}
