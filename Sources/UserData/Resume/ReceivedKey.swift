package import FileTrees

/// Identifies a file by its path, size and time of modification, and by its content where that was
/// read.
package struct ReceivedKey: Sendable, Hashable, Comparable {
  private let high: UInt64
  private let low: UInt64

  /// `path` is the digest of the path in the target's subvolume.
  package init(path: ContentDigest, size: UInt64, modified: FileTime) {
    var bytes = path.bytes
    for number in [size, UInt64(bitPattern: modified.seconds), UInt64(modified.nanoseconds)] {
      withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }
    self.init(ContentDigest(of: bytes))
  }

  /// The key of the same file with its content.
  package func with(_ content: ContentDigest) -> ReceivedKey {
    ReceivedKey(ContentDigest(of: bytes + content.bytes))
  }

  private init(_ digest: ContentDigest) {
    (high, low) = digest.bytes.withUnsafeBytes {
      ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
  }

  /// Half of the key: if no received file has it, the content need not be read.
  package var hint: UInt64 { high }

  package static func < (left: ReceivedKey, right: ReceivedKey) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }

  package static let length = 16

  package var bytes: [UInt8] {
    withUnsafeBytes(of: high) { Array($0) } + withUnsafeBytes(of: low) { Array($0) }
  }

  /// Reads keys that were written one after another.
  static func list(_ bytes: [UInt8]) throws(WireError) -> [ReceivedKey] {
    var keys: [ReceivedKey] = []
    keys.reserveCapacity(bytes.count / length)
    for start in stride(from: 0, to: bytes.count, by: length) {
      let end = Swift.min(start + length, bytes.count)
      guard let digest = ContentDigest(Array(bytes[start..<end])) else { throw WireError() }
      keys.append(ReceivedKey(digest))
    }
    return keys
  }
}

extension Array where Element: Comparable {
  /// Whether a sorted array has an element.
  func hasSorted(_ element: Element) -> Bool {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < element { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == element
  }
}
