import CLinux
import Glibc
import PCSCore
import SystemPackage

/// A lease on a regular file: `fcntl(2)`, F_SETLEASE with F_RDLCK, or with F_WRLCK by `DatabaseLock`.
///
/// The kernel refuses it while the inode is open, or mapped, for writing by any process. While it is
/// held, a process that opens the file for writing waits: hold it for microseconds, one at a time.
package struct ReadLease {
  private let descriptor: FileDescriptor
  private let isForWriting: Bool

  /// Whether no process waits in `open(2)` for the end of the lease.
  package var isUnbroken: Bool {
    isForWriting
      ? pcs_holds_write_lease(descriptor.rawValue) != 0
      : pcs_holds_read_lease(descriptor.rawValue) != 0
  }

  /// Runs `body` with a lease on `file`; returns nil, without running it, while `file` is open for
  /// writing.
  ///
  /// `body` gets nil where there is no lease to be had: `file` is no regular file, or
  /// `fs.leases-enable` is 0.
  package static func hold<Result>(
    on file: EntryHandle, _ kind: EntryKind, _ body: (ReadLease?) throws -> Result
  ) throws -> Result? {
    guard kind == .file else { return try body(nil) }
    let descriptor: FileDescriptor
    do throws(FileError) { descriptor = try file.open(O_RDONLY) } catch {
      // Another program holds a write lease.
      guard error.errno == .wouldBlock else { throw error }
      return nil
    }
    defer { try? descriptor.close() }
    if pcs_take_read_lease(descriptor.rawValue) == 0 { return try body(ReadLease(descriptor)) }
    switch Errno(rawValue: errno) {
    case .resourceTemporarilyUnavailable: return nil
    case .invalidArgument: return try body(nil)
    case let error: throw FileError(file.path, "cannot be leased", error)
    }
  }

  /// Whether `file` is open, or mapped, for writing; false where the kernel gives no leases.
  package static func isRefused(on file: EntryHandle, _ kind: EntryKind) throws -> Bool {
    try hold(on: file, kind) { _ in } == nil
  }

  init(_ descriptor: FileDescriptor, isForWriting: Bool = false) {
    self.descriptor = descriptor
    self.isForWriting = isForWriting
  }
}
