import CBtrfs
import Glibc
import SystemPackage

/// One of the two snapshots of a comparison: read-only, and open.
struct ComparedSnapshot: Sendable {
  let root: Directory
  let subvolume: Subvolume

  init(_ root: Directory) throws {
    guard try FileSystem.isBtrfs(root.descriptor, root.path) else {
      throw BtrfsError.notBtrfs(root.path)
    }
    guard try Subvolume.isRoot(root) else { throw SnapshotDiffError.notSubvolume(root.path) }
    self.root = root
    subvolume = try Subvolume(at: root)
    guard subvolume.isReadOnly else { throw SnapshotDiffError.writable(root.path) }
  }

  /// Whether both come from one subvolume, however many snapshots of snapshots lie between, and
  /// whether or not those are still there.
  ///
  /// A snapshot keeps the inode of the root as it was made with the subvolume, so what tells them
  /// is when that was: the transaction and the time.
  func hasOrigin(of other: ComparedSnapshot) throws -> Bool {
    try origin() == other.origin()
  }

  private struct Origin: Equatable {
    let generation: UInt64
    let seconds: UInt64
    let nanoseconds: UInt32
  }

  private func origin() throws(BtrfsError) -> Origin {
    let item = try InodeItem.read(UInt64(BTRFS_FIRST_FREE_OBJECTID), in: root)
    return Origin(
      generation: item.generation, seconds: item.creationSeconds,
      nanoseconds: item.creationNanoseconds)
  }

  /// What lies at a path from the root; nil when nothing does.
  func status(_ path: FilePath) throws -> FileStatus? {
    var status = Glibc.stat()
    let result = path.withPlatformString {
      fstatat(root.descriptor.rawValue, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    if result < 0, errno == ENOENT || errno == ENOTDIR { return nil }
    try BtrfsError.check(root.path.pushing(path), "cannot look at", result)
    return FileStatus(status)
  }
}
