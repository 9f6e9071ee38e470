/// When free space is low and when it has run out: one formula for every check of it.
///
/// On btrfs, room for data is of no use once metadata can neither grow nor be written, which
/// `statvfs(3)` does not show: then the space has run out whatever is available.
package struct Watermarks: Sendable, Equatable {
  package enum Verdict: Sendable, Equatable {
    case enough
    case low
    /// Too little is available.
    case exhausted
    /// btrfs has hardly any room for metadata.
    case metadataExhausted
  }

  /// A limit: what was asked for, or the lesser of a share and an amount.
  package enum Limit: Sendable, Equatable {
    case size(Size)
    case lesser(fraction: Double, bytes: UInt64)

    /// 20 % or 20 GiB, what must be free before a sync.
    package static let minimumFree = Limit.lesser(fraction: 0.20, bytes: 20 << 30)
    /// 15 % or 15 GiB, what must stay free during it.
    package static let reserve = Limit.lesser(fraction: 0.15, bytes: 15 << 30)
    /// 25 % or 25 GiB, below which it is said.
    package static let warning = Limit.lesser(fraction: 0.25, bytes: 25 << 30)

    /// In bytes, of a file system of `total` bytes.
    package func bytes(of total: UInt64) -> UInt64 {
      switch self {
      case .size(let size): size.bytes(of: total)
      case .lesser(let fraction, let bytes): min(bytes, Size.fraction(fraction).bytes(of: total))
      }
    }
  }

  package let minimum: Limit
  package let warning: Limit?

  package init(minimum: Limit, warning: Limit? = nil) {
    self.minimum = minimum
    self.warning = warning
  }

  package func verdict(on space: DiskSpace) -> Verdict {
    if space.available < minimum.bytes(of: space.total) { return .exhausted }
    let headroom = space.metadataHeadroom
    let floor = Self.metadataFloor(of: space.total)
    if let headroom, headroom < floor { return .metadataExhausted }
    guard let warning else { return .enough }
    if let headroom, headroom < 2 * floor { return .low }
    return space.available < warning.bytes(of: space.total) ? .low : .enough
  }

  /// The metadata that must still find room: 64 MiB, less on a small file system, where btrfs
  /// makes smaller chunks.
  static func metadataFloor(of total: UInt64) -> UInt64 { min(64 << 20, total / 64) }
}

extension DiskSpace {
  /// What metadata could still use: its own chunks, and those that could be made for it, of which
  /// it is written twice.
  ///
  /// nil where not btrfs.
  package var metadataHeadroom: UInt64? {
    guard let metadataAvailable, let unallocated else { return nil }
    return metadataAvailable + unallocated / 2
  }
}
