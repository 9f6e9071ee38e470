import CXXHash
package import SystemPackage

/// The digest of a content that comes in pieces, with the place of each: see `ContentDigest`.
package final class RunningDigest {
  private let state: UnsafeMutableRawPointer
  private var isEnded = false

  package init() throws(Errno) {
    guard let state = pcs_xxh3_begin() else { throw .noMemory }
    self.state = state
  }

  deinit {
    if !isEnded { _ = end() }
  }

  package func add(_ bytes: [UInt8], at offset: UInt64) {
    bytes.withUnsafeBytes { add($0, at: offset) }
  }

  package func add(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) {
    withUnsafeBytes(of: offset.littleEndian) { pcs_xxh3_update(state, $0.baseAddress, $0.count) }
    pcs_xxh3_update(state, bytes.baseAddress, bytes.count)
  }

  /// Adds what is a hole.
  package func add(hole range: Range<UInt64>) {
    for end in [range.lowerBound, range.upperBound] {
      withUnsafeBytes(of: end.littleEndian) { pcs_xxh3_update(state, $0.baseAddress, $0.count) }
    }
  }

  /// Ends the digest and returns it.
  ///
  /// Call it once, after the last `add`.
  package func end() -> ContentDigest {
    isEnded = true
    var bytes = [UInt8](repeating: 0, count: ContentDigest.length)
    pcs_xxh3_end(state, &bytes)
    return ContentDigest(unchecked: bytes)
  }
}
