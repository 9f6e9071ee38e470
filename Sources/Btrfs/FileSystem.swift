import CBtrfs
import CLinux
package import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// A btrfs file system, known by its id whichever of its subvolumes is mounted where.
package struct FileSystem: Sendable {
  /// A device it lies on.
  package struct Device: Sendable, Equatable {
    /// nil when the device is missing.
    package let path: FilePath?
    package let total: UInt64
    /// What belongs to chunks.
    package let allocated: UInt64
  }

  package let id: UUID
  package let devices: [Device]

  /// The file system that holds an open file; throws `notBtrfs` when it is another kind.
  package init(holding descriptor: FileDescriptor, _ path: FilePath) throws(BtrfsError) {
    guard try Self.isBtrfs(descriptor, path) else { throw .notBtrfs(path) }
    var info = btrfs_ioctl_fs_info_args()
    try BtrfsError.check(
      path, "cannot ask about the file system", pcs_btrfs_fs_info(descriptor.rawValue, &info))
    id = UUID(copying: info.fsid)
    var devices: [Device] = []
    var number: UInt64 = 1
    while number <= info.max_id {
      if let device = try Self.device(number, descriptor, path) { devices.append(device) }
      number += 1
    }
    self.devices = devices
  }

  package init(holding directory: Directory) throws(BtrfsError) {
    try self.init(holding: directory.descriptor, directory.path)
  }

  /// Whether an open file lies on btrfs, by `fstatfs(2)`.
  package static func isBtrfs(
    _ descriptor: FileDescriptor, _ path: FilePath
  ) throws(BtrfsError) -> Bool {
    var status = statfs()
    try BtrfsError.check(
      path, "cannot ask about the file system", fstatfs(descriptor.rawValue, &status))
    return UInt32(truncatingIfNeeded: status.f_type) == UInt32(BTRFS_SUPER_MAGIC)
  }

  /// nil where the numbers have a gap, left by a device that was removed.
  private static func device(
    _ number: UInt64, _ descriptor: FileDescriptor, _ path: FilePath
  ) throws(BtrfsError) -> Device? {
    var info = btrfs_ioctl_dev_info_args()
    info.devid = number
    if pcs_btrfs_dev_info(descriptor.rawValue, &info) < 0 {
      let error = Errno(rawValue: errno)
      if error.rawValue == ENODEV { return nil }
      throw .failed(path, what: "cannot ask about device \(number)", error)
    }
    let name = withUnsafeBytes(of: info.path) { Array($0.prefix { $0 != 0 }) }
    return Device(
      path: name.isEmpty ? nil : FilePath(bytes: name), total: info.total_bytes,
      allocated: info.bytes_used)
  }
}
