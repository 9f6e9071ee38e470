import Btrfs
import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// The live subvolume: a directory of it is used only when it is the one that it was.
final class LiveTree {
  let root: Directory
  var tree: CommitTree
  private let before: EntryTree
  private let entries: EntryTree
  private var open: [Int: Directory] = [:]
  private var kept: [Int: Directory] = [:]
  /// A process may have no more than 256 descriptors.
  private static let mostOpen = 64

  init(_ root: Directory, _ tree: CommitTree, before: EntryTree) {
    self.root = root
    self.tree = tree
    self.before = before
    entries = EntryTree(root)
  }

  /// The inode that a directory has in the live tree; nil as long as it is not there.
  func inode(of node: Int) throws -> UInt64? {
    if let known = tree.nodes[node].inode { return known }
    guard let path = tree.pathBefore(node), node == 0 || tree.nodes[node].before != nil,
      let directory = try before.directory(at: path)
    else { return nil }
    let inode = UInt64(try directory.status.st_ino)
    tree.nodes[node].inode = inode
    return inode
  }

  /// Opens a directory where it is now; nil when somebody has put another one there, or none.
  func directory(_ node: Int) throws -> Directory? {
    if let known = kept[node] ?? open[node] { return known }
    guard !tree.nodes[node].isLost, let path = tree.pathNow(node) else { return nil }
    entries.forget()
    guard let directory = try entries.directory(at: path),
      try UInt64(directory.status.st_ino) == inode(of: node)
    else { return nil }
    if open.count >= Self.mostOpen { open.removeAll() }
    open[node] = directory
    return directory
  }

  /// Uses a directory that is open, whatever its name is.
  func keepOpen(_ node: Int, _ directory: Directory) { kept[node] = directory }

  /// Whether a directory is gone: not only moved by somebody, or with another one in its place.
  func isGone(_ node: Int) throws -> Bool {
    if tree.nodes[node].isLost { return false }
    guard tree.pathNow(node) != nil else { return true }
    guard let inode = try inode(of: node) else { return true }
    return try InodeNames.of(inode, in: root).isEmpty
  }

  func handle(_ place: CommitTree.Place) throws -> EntryHandle? {
    guard let directory = try directory(place.directory) else { return nil }
    return try EntryHandle(place.name, in: directory)
  }

  /// The number of what is at a place and the time of its last change; nil when nothing is.
  func changed(_ place: CommitTree.Place) throws -> (inode: UInt64, changed: FileTime)? {
    guard let directory = try directory(place.directory) else { return nil }
    var status = stat()
    let result = place.name.withPlatformString {
      fstatat(directory.descriptor.rawValue, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    if result != 0, errno == ENOENT { return nil }
    guard result == 0 else {
      throw FileError(directory.path.pushing(place.name), "cannot look at", Errno(rawValue: errno))
    }
    return (UInt64(status.st_ino), FileTime(status.st_ctim))
  }

  /// Renames an entry; returns the error of the kernel, nil when it is done.
  func rename(
    _ from: (Directory, FilePath), to: (Directory, FilePath), _ flag: Directory.RenameFlag
  ) -> Errno? {
    from.0.rename(from.1, to: to.1, in: to.0, flag)
  }

  func touch(_ node: Int) {
    tree.nodes[node].isTouched = true
  }
}
