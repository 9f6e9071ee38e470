import Glibc
import SystemPackage

/// What tells a file from another version of it, apart from its content and extended attributes.
struct FileStatus: Sendable, Equatable {
  let inode: UInt64
  let mode: UInt32
  let owner: UInt32
  let group: UInt32
  let device: UInt64
  let size: UInt64
  /// When the content changed last.
  let seconds: Int
  let nanoseconds: Int

  init(_ status: stat) {
    inode = UInt64(status.st_ino)
    mode = status.st_mode
    owner = status.st_uid
    group = status.st_gid
    device = UInt64(status.st_rdev)
    size = UInt64(status.st_size)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
  }

  var isDirectory: Bool { mode & S_IFMT == S_IFDIR }

  /// The kind in `change` lines.
  var kind: String? {
    switch mode & S_IFMT {
    case S_IFREG: "file"
    case S_IFDIR: "directory"
    case S_IFLNK: "symlink"
    case S_IFIFO: "fifo"
    case S_IFSOCK: "socket"
    case S_IFBLK, S_IFCHR: "device"
    default: nil
    }
  }

  /// Bytes, of what has any.
  var length: UInt64? {
    mode & S_IFMT == S_IFREG || mode & S_IFMT == S_IFLNK ? size : nil
  }

  /// Whether nothing but the content can differ; of a directory the size says nothing.
  func hasSameMetadata(as other: FileStatus) -> Bool {
    mode == other.mode && owner == other.owner && group == other.group && device == other.device
      && (isDirectory || size == other.size)
      && (seconds, nanoseconds) == (other.seconds, other.nanoseconds)
  }
}
