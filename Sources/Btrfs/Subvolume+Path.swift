import CBtrfs
package import FileTrees
import Glibc
package import SystemPackage

extension Subvolume {
  /// Where it lies, from the top level of its file system; empty for the top level itself.
  package func path(seenFrom directory: Directory) throws(BtrfsError) -> FilePath {
    var path: UnsafeMutablePointer<CChar>?
    try BtrfsError.check(
      directory.path, btrfs_util_subvolume_path_fd(directory.descriptor.rawValue, id, &path))
    defer { free(path) }
    return path.map { FilePath(platformString: $0) } ?? ""
  }

  /// The subvolumes below this one, at any depth, by their paths within it.
  package func nestedPaths(seenFrom directory: Directory) throws(BtrfsError) -> [FilePath] {
    var iterator: OpaquePointer?
    try BtrfsError.check(
      directory.path,
      btrfs_util_create_subvolume_iterator_fd(directory.descriptor.rawValue, id, 0, &iterator))
    defer { btrfs_util_destroy_subvolume_iterator(iterator) }
    var paths: [FilePath] = []
    while true {
      var path: UnsafeMutablePointer<CChar>?
      let result = btrfs_util_subvolume_iterator_next(iterator, &path, nil)
      if result == BTRFS_UTIL_ERROR_STOP_ITERATION { return paths }
      try BtrfsError.check(directory.path, result)
      if let path { paths.append(FilePath(platformString: path)) }
      free(path)
    }
  }
}
