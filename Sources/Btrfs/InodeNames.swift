import CBtrfs
package import FileTrees
import PCSCore
package import SystemPackage

/// The names of an inode, as btrfs keeps them beside it.
package enum InodeNames {
  /// A name, and the inode of the directory it is in.
  package struct Name: Sendable, Equatable {
    package let directory: UInt64
    package let name: FilePath
  }

  /// Every name of inode `number` in the subvolume whose root is open, by
  /// `BTRFS_IOC_TREE_SEARCH_V2`.
  package static func of(_ number: UInt64, in root: Directory) throws(BtrfsError) -> [Name] {
    // Names that fit no single item follow in items of the next type, at hashes of themselves.
    let search = TreeSearch(
      first: TreeSearch.Key(object: number, type: UInt32(BTRFS_INODE_REF_KEY)),
      last: TreeSearch.Key(object: number, type: UInt32(BTRFS_INODE_EXTREF_KEY), offset: .max))
    var found: [Name] = []
    try search.forEach(in: root) { item in
      switch item.key.type {
      case UInt32(BTRFS_INODE_REF_KEY):
        add(item, fixed: 10, lengthAt: 8, { _ in item.key.offset }, &found)
      case UInt32(BTRFS_INODE_EXTREF_KEY):
        add(item, fixed: 18, lengthAt: 16, { item.number(at: $0) }, &found)
      default: break
      }
      return true
    }
    return found
  }

  /// `struct btrfs_inode_ref` and `struct btrfs_inode_extref`, one after the other, each with its
  /// name behind it.
  private static func add(
    _ item: TreeSearch.Item, fixed: Int, lengthAt: Int, _ directory: (Int) -> UInt64?,
    _ found: inout [Name]
  ) {
    var position = 0
    while let length: UInt16 = item.number(at: position + lengthAt),
      let directory = directory(position)
    {
      let end = position + fixed + Int(length)
      guard end <= item.bytes.count else { return }
      let name = FilePath(bytes: Array(item.bytes[position + fixed..<end]))
      found.append(Name(directory: directory, name: name))
      position = end
    }
  }

  /// Every path of inode `number`, from the root of the subvolume.
  package static func paths(of number: UInt64, in root: Directory) throws(BtrfsError) -> [FilePath]
  {
    var paths: [FilePath] = []
    for name in try of(number, in: root) {
      var path = name.name
      var directory = name.directory
      while directory != UInt64(BTRFS_FIRST_FREE_OBJECTID) {
        guard let above = try of(directory, in: root).first else {
          throw .failed(root.path.pushing(path), what: "cannot be found", .noSuchFileOrDirectory)
        }
        path = above.name.pushing(path)
        directory = above.directory
      }
      paths.append(path)
    }
    return paths
  }
}
