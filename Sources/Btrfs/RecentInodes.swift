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

  /// An inode that was written.
  package struct Inode: Sendable, Equatable {
    package let number: UInt64
    /// When it was written last, in seconds and nanoseconds since 1970 (`ctime`).
    package let seconds: Int64
    package let nanoseconds: UInt32
    /// The number of a directory in which it has a name; nil as long as nobody asked.
    package var directory: UInt64?
  }

  /// Whether an inode of the subvolume was written after `moment`, other than those of which
  /// `isKnown` is true; it is asked once more with a directory of the inode before that counts.
  ///
  /// Access times do not count: they leave the change time alone. The clock is coarse, so what was
  /// written in the moment itself counts.
  package static func exist(
    in subvolume: Directory, after moment: Moment, isKnown: (Inode) -> Bool = { _ in false }
  ) throws(BtrfsError) -> Bool {
    var search = TreeSearch()
    search.generation = moment.generation + 1
    var waiting: Inode?
    var exist = false
    try search.forEach(in: subvolume) { item in
      if var inode = waiting {
        waiting = nil
        inode.directory = item.directory(of: inode.number)
        exist = inode.directory == nil || !isKnown(inode)
      }
      if let inode = item.inode(changedAfter: moment), !isKnown(inode) { waiting = inode }
      return !exist
    }
    return exist || waiting != nil
  }
}

extension TreeSearch.Item {
  /// By `transid` and `ctime` of `struct btrfs_inode_item`.
  fileprivate func inode(changedAfter moment: RecentInodes.Moment) -> RecentInodes.Inode? {
    guard key.type == UInt32(BTRFS_INODE_ITEM_KEY), let generation: UInt64 = number(at: 8),
      let seconds: Int64 = number(at: 124), let nanoseconds: UInt32 = number(at: 132),
      generation > moment.generation,
      (seconds, nanoseconds) >= (moment.seconds, moment.nanoseconds)
    else { return nil }
    return RecentInodes.Inode(number: key.object, seconds: seconds, nanoseconds: nanoseconds)
  }

  /// The directory of a name that follows an inode; nil when it is of something else.
  fileprivate func directory(of inode: UInt64) -> UInt64? {
    key.object == inode && key.type == UInt32(BTRFS_INODE_REF_KEY) ? key.offset : nil
  }
}
