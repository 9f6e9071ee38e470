import FileTrees
import PCSCore
import Testing

@testable import UserData

struct BlockDigestsTests {
  /// The digests of a file of which each block is a letter, or a hole for a blank; the last block has
  /// half its size.
  private static func digests(_ blocks: String) throws -> BlockDigests {
    let bytes = blocks.utf8.flatMap { letter in
      letter == UInt8(ascii: " ")
        ? [UInt8](repeating: 0, count: 16) : ContentDigest(of: [letter]).bytes
    }
    let size = UInt64(max(blocks.utf8.count * 10 - 5, 0))
    return try BlockDigests(size: size, blockSize: 10, bytes: bytes)
  }

  @Test(
    arguments: [
      ("aaaa", "aaaa", []), ("abcd", "abce", [30..<35]), ("abcd", "xbcd", [0..<10]),
      ("abcd", "xxcx", [0..<20, 30..<35]), ("abcd", "ab", [20..<35]), ("ab", "abcd", []),
      ("a cd", "abcd", [10..<20]), ("abcd", "a cd", [10..<20]), ("ab  ", "ab", []),
      ("ab d", "ab", [30..<35]), ("", "ab", []), ("ab", "", [0..<15]), ("  ", "", []),
    ] as [(String, String, [Range<UInt64>])])
  func findsWhereFilesDiffer(here: String, there: String, ranges: [Range<UInt64>]) throws {
    #expect(try Self.digests(here).ranges(notIn: Self.digests(there)) == ranges)
  }

  @Test(arguments: [0, 1, 1 << 20, 1 << 32, 1 << 33, 1 << 40, 1 << 62] as [UInt64])
  func takesLessThanAMebibyte(size: UInt64) {
    let block = BlockDigests.blockSize(of: size)
    #expect(size / block * 16 <= 1 << 20)
    #expect(block == 1 << 17 || size / (block / 2) * 16 >= 1 << 19)
  }

  @Test func refusesDigestsOfAnotherSize() {
    #expect(throws: WireError.self) {
      try BlockDigests(size: 11, blockSize: 10, bytes: [UInt8](repeating: 1, count: 16))
    }
  }
}
