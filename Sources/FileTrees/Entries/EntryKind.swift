package import Glibc

/// What an entry of a directory is, by the type bits of `stat(2)`.
package enum EntryKind: UInt8, Sendable {
  case file, directory, symlink, fifo, socket, characterDevice, blockDevice

  package init?(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .directory
    case S_IFLNK: self = .symlink
    case S_IFIFO: self = .fifo
    case S_IFSOCK: self = .socket
    case S_IFCHR: self = .characterDevice
    case S_IFBLK: self = .blockDevice
    default: return nil
    }
  }

  /// The type bits, as `mknod(2)` takes them.
  package var typeBits: mode_t {
    switch self {
    case .file: S_IFREG
    case .directory: S_IFDIR
    case .symlink: S_IFLNK
    case .fifo: S_IFIFO
    case .socket: S_IFSOCK
    case .characterDevice: S_IFCHR
    case .blockDevice: S_IFBLK
    }
  }

  /// As `change` lines have it.
  package var text: String {
    switch self {
    case .file: "file"
    case .directory: "directory"
    case .symlink: "symlink"
    case .fifo: "fifo"
    case .socket: "socket"
    case .characterDevice, .blockDevice: "device"
    }
  }
}
