import CLinux
import Glibc
package import PCSCore
import SystemPackage

/// SQLite's own locks on a database, all of them exclusive, and a lease that tells when a program
/// opens it.
///
/// While they are held no program begins to read or write the database, and who opens it waits:
/// hold them for milliseconds. They end with this.
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
  /// nil where the kernel gives no leases.
  package private(set) var lease: ReadLease?
  private let descriptor: FileDescriptor

  /// PENDING_BYTE, RESERVED_BYTE and the 510 bytes of SHARED_FIRST of SQLite's `os.h`.
  private static let bytes: Range<Int> = 0x4000_0000..<0x4000_0000 + 512

  /// Tries to lock a file, without waiting.
  ///
  /// `isPrivate` is for a file that no program can open yet: it gets no lease.
  package static func attempt(
    on file: EntryHandle, isPrivate: Bool = false
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
    return lock.take(isPrivate: isPrivate) ? .locked(lock) : .refused
  }

  private init(_ inode: UInt64, _ descriptor: FileDescriptor) {
    self.inode = inode
    self.descriptor = descriptor
  }

  /// Returns whether every lock and the lease were to be had.
  private func take(isPrivate: Bool) -> Bool {
    let raw = descriptor.rawValue
    guard pcs_lock_bytes(raw, Self.bytes.lowerBound, Self.bytes.count) == 0 else { return false }
    if isPrivate { return true }
    if pcs_take_write_lease(raw) == 0 {
      lease = ReadLease(descriptor, isForWriting: true)
      return true
    }
    return errno == EINVAL
  }

  deinit { try? descriptor.close() }
}
