import CBtrfs
import CLinux
import Glibc
package import PCSCore
package import SystemPackage

extension DiskSpace {
  /// Asks the kernel about the file system that holds `path`, as `statvfs(3)` does, and on btrfs
  /// about its chunks.
  package init(at path: FilePath) throws(DiskSpaceError) {
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
    } catch {
      throw .unreadable(path, error as? Errno ?? .ioError)
    }
    defer { try? descriptor.close() }
    var status = statvfs()
    guard fstatvfs(descriptor.rawValue, &status) == 0 else {
      throw .unreadable(path, Errno(rawValue: errno))
    }
    let chunks: BtrfsChunks?
    do {
      chunks =
        try FileSystem.isBtrfs(descriptor, path) ? BtrfsChunks(holding: descriptor, path) : nil
    } catch {
      throw .chunks(error)
    }
    self.init(
      hostname: Machine.hostname, path: path,
      total: UInt64(status.f_blocks) * UInt64(status.f_frsize),
      available: UInt64(status.f_bavail) * UInt64(status.f_frsize),
      unallocated: chunks?.unallocated, metadataAvailable: chunks?.metadataAvailable)
  }

  /// The same after all that waits is written, as `syncfs(2)` does: btrfs gives the room of what
  /// was deleted back no sooner.
  package init(settledAt path: FilePath) throws(DiskSpaceError) {
    do {
      let descriptor = try FileDescriptor.open(
        path, .readOnly, options: [.closeOnExec, .nonBlocking])
      defer { try? descriptor.close() }
      guard pcs_sync_file_system(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
    } catch {
      throw .unreadable(path, error as? Errno ?? .ioError)
    }
    try self.init(at: path)
  }
}

/// The space of one file system could not be read.
package enum DiskSpaceError: ToolError, Equatable {
  case unreadable(FilePath, Errno)
  case chunks(BtrfsError)

  package var id: String { "disk.unreadable" }

  package var description: String {
    switch self {
    case .unreadable(let path, let error): "\(path): cannot read free space: \(error)"
    case .chunks(let error): error.description
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .unreadable(_, .permissionDenied): .noPermission
    case .unreadable: .inputOutput
    case .chunks(let error): error.exitStatus
    }
  }
}
