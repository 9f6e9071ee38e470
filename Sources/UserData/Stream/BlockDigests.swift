package import FileTrees
import PCSCore
package import SystemPackage

/// The digests of the blocks of a file, by which two machines find where their versions differ.
package struct BlockDigests: Sendable, Equatable {
  package let size: UInt64
  package let blockSize: UInt64
  /// One behind the other; zeros for a block that is a hole.
  package let bytes: [UInt8]

  private static let hole = [UInt8](repeating: 0, count: ContentDigest.length)

  /// The size of the blocks of a file of `size`: their digests take less than 1 MiB.
  package static func blockSize(of size: UInt64) -> UInt64 {
    var block: UInt64 = 1 << 17
    while size / block >= 1 << 15 { block *= 2 }
    return block
  }

  /// Throws `WireError` when the digests are not those of a file of the size.
  package init(size: UInt64, blockSize: UInt64, bytes: [UInt8]) throws(WireError) {
    let blocks = size / blockSize + (size % blockSize == 0 ? 0 : 1)
    guard bytes.count == Int(blocks) * ContentDigest.length else { throw WireError() }
    self.size = size
    self.blockSize = blockSize
    self.bytes = bytes
  }

  /// Reads a file of a snapshot, but for its holes.
  package init(of path: FilePath, in tree: EntryTree, blockSize: UInt64) throws {
    guard let content = try ContentReader(path, in: tree) else {
      throw FileError(tree.root.path.pushing(path), "cannot open", .noSuchFileOrDirectory)
    }
    try self.init(content, blockSize: blockSize)
  }

  /// Reads a file, but for its holes.
  init(_ content: ContentReader, blockSize: UInt64) throws {
    var bytes: [UInt8] = []
    var parts = ContentParts(content.nextData)
    for start in stride(from: 0, to: content.size, by: Int(blockSize)) {
      let block = start..<min(start + blockSize, content.size)
      var isHole = true
      try parts.each(in: block) { if case .data = $0 { isHole = false } }
      bytes +=
        try isHole
        ? Self.hole : ContentDigest(of: content.read(at: start, block.count)).bytes
    }
    (size, self.blockSize, self.bytes) = (content.size, blockSize, bytes)
  }

  /// The ranges of the file that are not as in `base` once that was cut, or extended by a hole, to
  /// the size.
  package func ranges(notIn base: BlockDigests) -> [Range<UInt64>] {
    var ranges: [Range<UInt64>] = []
    for index in 0..<bytes.count / ContentDigest.length {
      let start = UInt64(index) * blockSize
      let before = base.size <= start ? Self.hole[...] : base.digest(index)
      if digest(index) == before { continue }
      let block = start..<min(start + blockSize, size)
      if let last = ranges.last, last.upperBound == start {
        ranges[ranges.count - 1] = last.lowerBound..<block.upperBound
      } else {
        ranges.append(block)
      }
    }
    return ranges
  }

  private func digest(_ index: Int) -> ArraySlice<UInt8> {
    bytes[index * ContentDigest.length..<(index + 1) * ContentDigest.length]
  }
}
