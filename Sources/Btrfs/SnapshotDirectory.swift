import CBtrfs
package import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// Where snapshots are kept: a subvolume of root's that nobody else may enter.
package struct SnapshotDirectory: Sendable {
  package static let defaultPath: FilePath = "/.snapshots"
  /// Its name at the mount point of a subvolume on another disk.
  package static let name = ".snapshots"

  /// As seen on the mounted system.
  package let path: FilePath
  /// nil while it does not exist.
  package let existing: Directory?
  /// The directory itself, or the one it would be made in.
  package let nearest: Directory
  private let ownName: String

  /// Opens the directory; only its last component may be missing.
  package init(_ path: FilePath) throws {
    let path = path.isAbsolute ? path : try FilePath.workingDirectory().pushing(path)
    guard let last = path.lastComponent, last.kind == .regular else {
      throw SyncError(
        "\(path): cannot be the snapshot directory", id: "snapshot.directory", exitStatus: .usage)
    }
    self.path = path
    ownName = last.string
    existing = try Directory.ifPresent(path)
    nearest = try existing ?? Directory(path.removingLastComponent())
  }

  /// What is wrong with an existing directory, seen alone.
  package func problem() throws -> SnapshotError? {
    guard let existing else { return nil }
    if try existing.status.st_uid != 0 { return .foreign(path) }
    return nil
  }

  /// Whether it is a subvolume, or will be one once it is made.
  package func isSubvolume() throws -> Bool {
    guard let existing else { return true }
    return try Subvolume.isRoot(existing)
  }

  /// What people should know about it.
  package func warning() throws -> String? {
    guard let existing else { return nil }
    let mode = try existing.status.st_mode & 0o7777
    guard mode != 0o700 else { return nil }
    return
      "\(path): mode \(String(mode, radix: 8)) lets others look into snapshots: it should be 700"
  }

  /// The directory, made as a subvolume with mode 0700 when it is missing.
  package func made() throws -> Directory {
    if let existing { return existing }
    let mask = umask(0o077)
    defer { umask(mask) }
    try BtrfsError.check(
      path, btrfs_util_create_subvolume_fd(nearest.descriptor.rawValue, ownName, 0, nil, nil))
    let directory = try Directory(path)
    try BtrfsError.check(path, "cannot set its mode", fchmod(directory.descriptor.rawValue, 0o700))
    return directory
  }

  /// Takes an empty directory away again, that `made` has made.
  func unmake() throws(BtrfsError) {
    guard existing == nil else { return }
    try BtrfsError.check(
      path, btrfs_util_delete_subvolume_fd(nearest.descriptor.rawValue, ownName, 0))
  }
}
