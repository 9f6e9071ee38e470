import CLinux
import Glibc
import PCSCore
import SystemPackage

/// Bytes of data that are written but not yet accounted: in memory alone, or on their way to disk.
///
/// `statvfs(3)` does not subtract them before the transaction commits, up to 30 s later. The kernel
/// tells them in `/sys/fs/btrfs/UUID/allocation`.
struct BtrfsReservations {
  private let directory: FilePath

  init(of fileSystem: UUID) {
    directory = FilePath("/sys/fs/btrfs/\(fileSystem)/allocation")
  }

  /// The sum of all of them; 0 after a `syncfs(2)` of the file system that holds `descriptor` where
  /// the kernel does not tell them, or sysfs is not mounted.
  func bytes(settling descriptor: FileDescriptor, _ path: FilePath) throws(FileError) -> UInt64 {
    if let bytes = try told() { return bytes }
    guard pcs_sync_file_system(descriptor.rawValue) == 0 else {
      throw FileError(path, "cannot sync", Errno(rawValue: errno))
    }
    return 0
  }

  /// The sum of all of them; nil where the kernel does not tell.
  ///
  /// Delayed allocations come before reserved extents, and both before `statvfs`: what moves on
  /// between two reads is counted twice, never missed.
  private func told() throws(FileError) -> UInt64? {
    if let mayUse = try number("data/bytes_may_use") {
      return mayUse + (try number("data/bytes_reserved") ?? 0)
    }
    // With mixed chunks the reserve for metadata is among them, which statvfs subtracts itself.
    guard let mayUse = try number("mixed/bytes_may_use") else { return nil }
    let reserve = try number("global_rsv_reserved") ?? 0
    return mayUse - min(mayUse, reserve) + (try number("mixed/bytes_reserved") ?? 0)
  }

  private func number(_ name: String) throws(FileError) -> UInt64? {
    let path = directory.appending(name)
    let bytes: [UInt8]
    do {
      bytes = try FileContent.read(path)
    } catch {
      if error.errno == .noSuchFileOrDirectory { return nil }
      throw error
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let number = UInt64(text.prefix { $0.isNumber }) else {
      throw FileError(path, "not a number", .invalidArgument)
    }
    return number
  }
}
