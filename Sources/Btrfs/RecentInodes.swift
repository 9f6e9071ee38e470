import CBtrfs
package import FileTrees
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
    /// Type and permissions (`st_mode`).
    package let mode: UInt32
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

  /// The inodes of the subvolume that a transaction after `generation` wrote, whatever any clock
  /// says; not more than `limit`.
  package static func list(
    in subvolume: Directory, afterGeneration generation: UInt64, limit: Int
  ) throws(BtrfsError) -> [Inode] {
    var search = TreeSearch()
    search.generation = generation + 1
    var found: [Inode] = []
    try search.forEach(in: subvolume) { item in
      if let transaction: UInt64 = item.number(at: 8), transaction > generation,
        let inode = item.inode
      {
        found.append(inode)
      }
      return found.count < limit
    }
    return found
  }

  /// Finds an inode of the subvolume by its number; nil if it does not exist.
  package static func find(
    _ number: UInt64, in subvolume: Directory
  ) throws(BtrfsError) -> Inode? {
    let key = TreeSearch.Key(object: number, type: UInt32(BTRFS_INODE_ITEM_KEY))
    var found: Inode?
    try TreeSearch(first: key, last: key).forEach(in: subvolume) { item in
      found = item.inode
      return false
    }
    return found
  }
}

extension TreeSearch.Item {
  /// By `transid` and `ctime` of `struct btrfs_inode_item`.
  fileprivate func inode(changedAfter moment: RecentInodes.Moment) -> RecentInodes.Inode? {
    guard let inode, let generation: UInt64 = number(at: 8), generation > moment.generation,
      (inode.seconds, inode.nanoseconds) >= (moment.seconds, moment.nanoseconds)
    else { return nil }
    return inode
  }

  /// By `mode` and `ctime` of `struct btrfs_inode_item`; nil for an item of something else.
  fileprivate var inode: RecentInodes.Inode? {
    guard key.type == UInt32(BTRFS_INODE_ITEM_KEY), let mode: UInt32 = number(at: 52),
      let seconds: Int64 = number(at: 124), let nanoseconds: UInt32 = number(at: 132)
    else { return nil }
    return RecentInodes.Inode(
      number: key.object, seconds: seconds, nanoseconds: nanoseconds, mode: mode)
  }

  /// The directory of a name that follows an inode; nil when it is of something else.
  fileprivate func directory(of inode: UInt64) -> UInt64? {
    key.object == inode && key.type == UInt32(BTRFS_INODE_REF_KEY) ? key.offset : nil
  }
}
