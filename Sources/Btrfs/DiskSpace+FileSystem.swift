import CBtrfs
import CLinux
package import FileTrees
import Glibc
package import PCSCore
package import SystemPackage

extension DiskSpace {
  /// Asks the kernel about the file system that holds `path`, as `statvfs(3)` does, and on btrfs
  /// about its chunks and about what is written and not yet accounted.
  package init(at path: FilePath) throws(DiskSpaceError) {
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
    } catch {
      throw .unreadable(path, error as? Errno ?? .ioError)
    }
    defer { try? descriptor.close() }
    let chunks: BtrfsChunks?
    let reservations: BtrfsReservations?
    do {
      let isBtrfs = try FileSystem.isBtrfs(descriptor, path)
      let fileSystem = isBtrfs ? try FileSystem(holding: descriptor, path) : nil
      chunks = isBtrfs ? try BtrfsChunks(holding: descriptor, path) : nil
      reservations = fileSystem.map { BtrfsReservations(of: $0.id) }
    } catch {
      throw .chunks(error)
    }
    let (total, available) = try Self.figures(descriptor, path, reservations)
    self.init(
      hostname: Machine.hostname, path: path, total: total, available: available,
      unallocated: chunks?.unallocated, metadataAvailable: chunks?.metadataAvailable)
  }

  /// `fstatvfs(3)` without the reservations: on a btrfs that is written to, the best of three looks,
  /// since what moves on between two reads counts twice.
  private static func figures(
    _ descriptor: FileDescriptor, _ path: FilePath, _ reservations: BtrfsReservations?
  ) throws(DiskSpaceError) -> (total: UInt64, available: UInt64) {
    var best: (total: UInt64, available: UInt64) = (0, 0)
    for _ in 1...3 {
      let reserved: UInt64
      do {
        reserved =
          try reservations.map { reservations throws(FileError) in
            try reservations.bytes(settling: descriptor, path)
          } ?? 0
      } catch {
        throw .reservations(error)
      }
      var status = statvfs()
      guard fstatvfs(descriptor.rawValue, &status) == 0 else {
        throw .unreadable(path, Errno(rawValue: errno))
      }
      let available = UInt64(status.f_bavail) * UInt64(status.f_frsize)
      best.total = UInt64(status.f_blocks) * UInt64(status.f_frsize)
      best.available = max(best.available, available - min(available, reserved))
      if reserved == 0 { break }
    }
    return best
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
  case reservations(FileError)

  package var id: String { "disk.unreadable" }

  package var description: String {
    switch self {
    case .unreadable(let path, let error): "\(path): cannot read free space: \(error)"
    case .chunks(let error): error.description
    case .reservations(let error): error.description
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .unreadable(_, .permissionDenied): .noPermission
    case .unreadable: .inputOutput
    case .chunks(let error): error.exitStatus
    case .reservations(let error): error.exitStatus
    }
  }
}
