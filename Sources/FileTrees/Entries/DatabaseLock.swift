import CLinux
import Glibc
package import PCSCore
import SystemPackage

/// SQLite's own locks on a database, all of them exclusive: while they are held no program begins to
/// read or write it.
///
/// Hold them for milliseconds. They end with this.
package final class DatabaseLock {
  package enum Attempt {
    case locked(DatabaseLock)
    /// A program has the file open, or a lock on it.
    case refused
    /// The file cannot be locked: nobody may write to it.
    case impossible
  }

  /// The file that is locked, by its number.
  package let inode: UInt64
  private let descriptor: FileDescriptor

  /// PENDING_BYTE, RESERVED_BYTE and the 510 bytes of SHARED_FIRST of SQLite's `os.h`.
  private static let bytes: Range<Int> = 0x4000_0000..<0x4000_0000 + 512

  /// Tries to lock a file, without waiting.
  package static func attempt(
    on file: EntryHandle
  ) throws(FileError) -> Attempt {
    let inode = try file.changed().inode
    let descriptor: FileDescriptor
    do throws(FileError) { descriptor = try file.open(O_RDWR) } catch {
      switch error.errno {
      case .wouldBlock: return .refused
      case .notPermitted, .permissionDenied, .readOnlyFileSystem: return .impossible
      default: throw error
      }
    }
    let lock = DatabaseLock(inode, descriptor)
    let result = pcs_lock_bytes(descriptor.rawValue, Self.bytes.lowerBound, Self.bytes.count)
    return result == 0 ? .locked(lock) : .refused
  }

  private init(_ inode: UInt64, _ descriptor: FileDescriptor) {
    self.inode = inode
    self.descriptor = descriptor
  }

  /// Runs `body` with a write lease on the file, which a program breaks that opens it, for reading
  /// too; returns nil, without running it, where another program has the file open.
  ///
  /// `ReadLease` cannot be had: it would be refused because of this lock's own descriptor. This
  /// process cannot open the file in `body` either. `body` gets nil where the kernel gives no leases.
  package func withLease<Result>(_ body: (ReadLease?) throws -> Result) rethrows -> Result? {
    guard pcs_take_write_lease(descriptor.rawValue) == 0 else {
      return errno == EINVAL ? try body(nil) : nil
    }
    defer { _ = pcs_end_lease(descriptor.rawValue) }
    return try body(ReadLease(descriptor, isForWriting: true))
  }

  deinit { try? descriptor.close() }
}
