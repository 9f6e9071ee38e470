import CBtrfs
import FileTrees
import SystemPackage

/// An inode as btrfs keeps it, `struct btrfs_inode_item`: what `stat(2)` does not tell.
struct InodeItem {
  /// The transaction that made the inode.
  let generation: UInt64
  let creationSeconds: UInt64
  let creationNanoseconds: UInt32

  /// Reads inode `number` of the subvolume whose root is open.
  static func read(_ number: UInt64, in root: Directory) throws(BtrfsError) -> InodeItem {
    let key = TreeSearch.Key(object: number, type: UInt32(BTRFS_INODE_ITEM_KEY))
    var found: InodeItem?
    try TreeSearch(first: key, last: key).forEach(in: root) { item in
      found = InodeItem(item)
      return false
    }
    guard let found else {
      throw .failed(root.path, what: "cannot search its tree", .ioError)
    }
    return found
  }

  private init?(_ item: TreeSearch.Item) {
    guard let generation: UInt64 = item.number(at: 0),
      let seconds: UInt64 = item.number(at: 148), let nanoseconds: UInt32 = item.number(at: 156)
    else { return nil }
    self.generation = generation
    creationSeconds = seconds
    creationNanoseconds = nanoseconds
  }
}
