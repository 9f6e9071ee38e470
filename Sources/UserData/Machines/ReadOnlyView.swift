import CLinux
import Glibc
import PCSCore
package import SystemPackage

/// A view of folders for one program that can change nothing in them, not even a time of access.
package enum ReadOnlyView {
  /// Becomes `command`, for which `folders` are mounted read-only; what is mounted below them is
  /// not seen, as in a snapshot.
  package static func exec(_ command: [[UInt8]], folders: [FilePath]) throws -> Never {
    guard pcs_unshare_mounts() == 0 else {
      throw FileError("/", "cannot make mounts of its own", Errno(rawValue: errno))
    }
    for folder in folders {
      guard folder.withPlatformString({ pcs_bind_read_only($0) }) == 0 else {
        throw FileError(folder, "cannot mount read-only", Errno(rawValue: errno))
      }
    }
    try PCSCore.exec(command)
  }
}
