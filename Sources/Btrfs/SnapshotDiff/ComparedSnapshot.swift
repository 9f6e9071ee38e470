import FileTrees
import Glibc
import PCSCore
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

  /// What lies at a path from the root; nil when nothing does.
  func status(_ path: FilePath) throws -> FileStatus? {
    var status = Glibc.stat()
    let result = path.withPlatformString {
      fstatat(root.descriptor.rawValue, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    if result < 0, errno == ENOENT || errno == ENOTDIR { return nil }
    if result < 0, errno == ENAMETOOLONG { throw SnapshotDiffError.tooDeep(root.path) }
    try BtrfsError.check(root.path.pushing(path), "cannot look at", result)
    return FileStatus(status)
  }

  /// Hands on what is in a directory and no directory itself, unless it has one of some names.
  func eachFile(
    in path: FilePath, besides names: Set<[UInt8]>,
    _ body: (FilePath, FileStatus) throws -> Void
  ) throws {
    guard path.length < PATH_MAX else { throw SnapshotDiffError.tooDeep(root.path) }
    guard let directory = try root.beneath(path) else {
      throw SnapshotDiffError.inconsistent(path)
    }
    for name in try directory.entries() where !names.contains(name.bytes) {
      var status = Glibc.stat()
      let result = name.withPlatformString {
        fstatat(directory.descriptor.rawValue, $0, &status, AT_SYMLINK_NOFOLLOW)
      }
      try BtrfsError.check(directory.path.pushing(name), "cannot look at", result)
      let found = FileStatus(status)
      if !found.isDirectory { try body(path.pushing(name), found) }
    }
  }
}
