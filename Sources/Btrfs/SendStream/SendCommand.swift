/// One command of a btrfs send stream, `enum btrfs_send_cmd` of the kernel.
///
/// Paths are relative to the subvolume's root and empty for the root itself. Of what a command
/// carries only that is kept which tells what changed: no data, no values of attributes.
package enum SendCommand: Sendable, Equatable {
  package typealias Path = [UInt8]

  package enum NodeKind: Sendable, Equatable {
    case file, directory, node, fifo, socket, symlink
  }

  /// The first command: of a whole subvolume, or of a snapshot of one the receiver has.
  case begin(Path)
  case make(NodeKind, Path)
  case rename(Path, to: Path)
  /// Gives what is at `existing` the name `path` too.
  case link(Path, existing: Path)
  case unlink(Path)
  case removeDirectory(Path)
  /// The range of a file that has other content, or the same elsewhere.
  case data(Path, offset: UInt64, length: UInt64)
  case truncate(Path, size: UInt64)
  /// Mode, owner, an extended attribute, flags: all but the times.
  case metadata(Path)
  case times(Path)
  case end
}
