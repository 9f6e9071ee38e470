import CLinux
import Glibc
package import SystemPackage

/// Writes that survive a power cut: a rename alone is not safe on btrfs.
package enum Durable {
  /// Replaces the file at `path` whole or not at all: written beside, synced, renamed, and the
  /// directory synced.
  ///
  /// Unless `overwriting`, a file that is there is an error (EEXIST).
  package static func replace(
    _ path: FilePath, with bytes: [UInt8], permissions: FilePermissions = .ownerReadWrite,
    overwriting: Bool = true
  ) throws(FileError) {
    try replace(path, permissions: permissions, overwriting: overwriting) { try $0.writeAll(bytes) }
  }

  /// The same of a file that `write` writes piece by piece.
  package static func replace(
    _ path: FilePath, permissions: FilePermissions = .ownerReadWrite, overwriting: Bool = true,
    writing write: (FileDescriptor) throws -> Void
  ) throws(FileError) {
    let part = path.removingLastComponent()
      .appending(".\(path.lastComponent?.string ?? "file").\(getpid())")
    do {
      let descriptor = try FileDescriptor.open(
        part, .writeOnly, options: [.create, .truncate, .closeOnExec, .noFollow],
        permissions: permissions)
      try descriptor.closeAfter {
        try write(descriptor)
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
      }
      let flags: UInt32 = overwriting ? 0 : 1  // RENAME_NOREPLACE
      let isRenamed = part.withPlatformString { old in
        path.withPlatformString { pcs_renameat2(AT_FDCWD, old, AT_FDCWD, $0, flags) } == 0
      }
      guard isRenamed else { throw Errno(rawValue: errno) }
    } catch {
      _ = part.withPlatformString { unlink($0) }
      throw error as? FileError
        ?? FileError(path, "cannot write", error as? Errno ?? .ioError)
    }
    try syncDirectory(of: path)
  }

  /// `fsync(2)` of the directory that holds `path`.
  package static func syncDirectory(of path: FilePath) throws(FileError) {
    let parent = path.removingLastComponent()
    let directory = parent.isEmpty ? FilePath(".") : parent
    do {
      let descriptor = try FileDescriptor.open(
        directory, .readOnly, options: [.directory, .closeOnExec])
      try descriptor.closeAfter {
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
      }
    } catch {
      throw FileError(directory, "cannot sync", error as? Errno ?? .ioError)
    }
  }
}
