import CBtrfs
import SystemPackage

extension Directory {
  /// Writes all of the file system that holds it to disk, as `btrfs filesystem sync` does.
  package func syncFileSystem() throws(BtrfsError) {
    try BtrfsError.check(path, btrfs_util_sync_fd(descriptor.rawValue))
  }
}
