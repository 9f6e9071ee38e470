import CBtrfs
import SystemPackage

/// Finds out in O(changes) whether anything in a subvolume changed since a moment.
package enum RecentInodes {
  /// A moment in the life of a subvolume: a transaction, and the time of day at its end.
  package struct Moment: Sendable, Equatable {
    package let generation: UInt64
    /// Seconds and nanoseconds since 1970.
    package let seconds: Int64
    package let nanoseconds: UInt32

    package init(generation: UInt64, seconds: Int64, nanoseconds: UInt32) {
      self.generation = generation
      self.seconds = seconds
      self.nanoseconds = nanoseconds
    }
  }

  /// Whether an inode of the subvolume was written after `moment`, other than those in `ignored`.
  ///
  /// Access times do not count: they leave the change time alone. The clock is coarse, so what was
  /// written in the moment itself counts.
  package static func exist(
    in subvolume: Directory, after moment: Moment, ignoring ignored: Set<UInt64> = []
  ) throws(BtrfsError) -> Bool {
    var search = TreeSearch()
    search.generation = moment.generation + 1
    var exist = false
    try search.forEach(in: subvolume) { item in
      exist = item.isInode(changedAfter: moment) && !ignored.contains(item.key.object)
      return !exist
    }
    return exist
  }
}

extension TreeSearch.Item {
  /// By `transid` and `ctime` of `struct btrfs_inode_item`.
  fileprivate func isInode(changedAfter moment: RecentInodes.Moment) -> Bool {
    guard key.type == UInt32(BTRFS_INODE_ITEM_KEY), let generation: UInt64 = number(at: 8),
      let seconds: Int64 = number(at: 124), let nanoseconds: UInt32 = number(at: 132)
    else { return false }
    return generation > moment.generation
      && (seconds, nanoseconds) >= (moment.seconds, moment.nanoseconds)
  }
}
