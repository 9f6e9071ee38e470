import FileTrees
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit

struct BlockFileTests {
  private static let magic = Array("blocks\n".utf8)

  /// Blocks of which some are longer than what is read at once.
  private static let blocks: [[UInt8]] = [1, 0, 300_000, 3, 127, 128, 70_000, 262_140].map {
    (0..<$0).map { UInt8(truncatingIfNeeded: $0) }
  }

  private func read(_ file: BlockFile, _ range: Range<UInt64>? = nil) throws -> [[UInt8]] {
    var found: [[UInt8]] = []
    try file.eachBlock(in: range) { _, reader in found.append(reader.remainder) }
    return found
  }

  private func filled(_ scratch: FilePath) throws -> (file: BlockFile, places: [UInt64]) {
    let file = try BlockFile(temporaryIn: Directory(scratch))
    let places = try Self.blocks.map { block in
      try file.append { writer in for byte in block { writer.put(byte != 0) } }
    }
    return (file, places)
  }

  private static let expected = blocks.map { $0.map { $0 == 0 ? 0 : 1 } as [UInt8] }

  @Test func readsWhatItHasTaken() async throws {
    try await withScratchDirectory { scratch in
      let (file, places) = try filled(scratch)
      #expect(try read(file) == Self.expected)
      for (place, block) in zip(places, Self.expected) {
        #expect(try file.block(at: place).remainder == block)
      }
      #expect(try read(file, places[2]..<places[5]) == Array(Self.expected[2..<5]))
      #expect(try read(file, places[2]..<places[2]).isEmpty)
    }
  }

  @Test(arguments: [0, 3]) func readsACopy(more: Int) async throws {
    try await withScratchDirectory { scratch in
      let path = scratch.appending("copy")
      let (file, _) = try filled(scratch)
      try Durable.replace(path) { copy in
        try copy.writeAll(Self.magic)
        for _ in 0...more { try file.copy(to: copy) }
      }
      let copy = try #require(try BlockFile(reading: path, magic: Self.magic))
      #expect(try read(copy) == Array(repeating: Self.expected, count: more + 1).flatMap(\.self))
      #expect(throws: WireError.self) { try BlockFile(reading: path, magic: Array("other".utf8)) }
      #expect(try BlockFile(reading: scratch.appending("none"), magic: Self.magic) == nil)
    }
  }

  /// Whatever is cut off or altered is an error, or other blocks, and never a crash.
  @Test func refusesWhatIsCutOff() async throws {
    try await withScratchDirectory { scratch in
      let path = scratch.appending("copy")
      for bytes in [[5, 1, 2], [0x80], Array(repeating: 0xFF, count: 20), [0xFF, 0xFF, 0x7F]]
        as [[UInt8]]
      {
        try Durable.replace(path, with: Self.magic + bytes)
        let file = try #require(try BlockFile(reading: path, magic: Self.magic))
        #expect(throws: WireError.self) { try read(file) }
        #expect(throws: WireError.self) { try file.block(at: 0) }
      }
    }
  }
}
