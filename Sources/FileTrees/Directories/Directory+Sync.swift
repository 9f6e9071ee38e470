import CLinux
import SystemPackage

extension Directory {
  /// Writes all of the file system that holds it to disk, as `syncfs(2)` does.
  ///
  /// `BTRFS_IOC_SYNC` would also wake the cleaner, and what comes next would wait for the deleted
  /// snapshots that it takes apart.
  package func syncFileSystem() throws(BtrfsError) {
    try BtrfsError.check(path, "cannot sync", pcs_sync_file_system(descriptor.rawValue))
  }
}
