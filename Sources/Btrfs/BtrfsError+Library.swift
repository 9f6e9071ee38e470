import CBtrfs
import FileTrees
import Glibc
import SystemPackage

extension BtrfsError {
  /// Throws what a call of libbtrfsutil that has just failed says about `path`.
  static func check(_ path: FilePath, _ result: btrfs_util_error) throws(BtrfsError) {
    let number = Glibc.errno
    switch result {
    case BTRFS_UTIL_OK: return
    case BTRFS_UTIL_ERROR_NOT_BTRFS: throw .notBtrfs(path)
    case BTRFS_UTIL_ERROR_NOT_SUBVOLUME: throw .notSubvolume(path)
    case BTRFS_UTIL_ERROR_SUBVOLUME_NOT_FOUND: throw .missing(path)
    default:
      let text =
        btrfs_util_strerror(result).map { String(cString: $0) } ?? "error \(result.rawValue)"
      let words = text.prefix(1).lowercased() + text.dropFirst()
      throw .failed(path, what: words, Errno(rawValue: number))
    }
  }
}
