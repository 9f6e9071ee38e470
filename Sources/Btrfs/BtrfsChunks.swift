import CBtrfs
package import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// How a btrfs file system has dealt out its devices, in bytes.
package struct BtrfsChunks: Sendable, Equatable {
  /// What belongs to no chunk yet, on all devices.
  package let unallocated: UInt64
  /// What is left for metadata in the chunks it has, without the kernel's reserve.
  package let metadataAvailable: UInt64

  package init(holding descriptor: FileDescriptor, _ path: FilePath) throws(BtrfsError) {
    let devices = try FileSystem(holding: descriptor, path).devices
    unallocated = devices.reduce(0) { $0 + ($1.total - min($1.total, $1.allocated)) }
    metadataAvailable = Self.metadataAvailable(in: try Self.spaces(descriptor, path))
  }

  static func metadataAvailable(in spaces: [btrfs_ioctl_space_info]) -> UInt64 {
    var left: UInt64 = 0
    var reserve: UInt64 = 0
    for space in spaces {
      if space.flags & UInt64(BTRFS_SPACE_INFO_GLOBAL_RSV) != 0 {
        reserve = space.total_bytes
      } else if space.flags & UInt64(BTRFS_BLOCK_GROUP_METADATA) != 0 {
        left += space.total_bytes - min(space.total_bytes, space.used_bytes)
      }
    }
    return left - min(left, reserve)
  }

  /// `BTRFS_IOC_SPACE_INFO`, first for how many there are, then for what they are.
  private static func spaces(
    _ descriptor: FileDescriptor, _ path: FilePath
  ) throws(BtrfsError) -> [btrfs_ioctl_space_info] {
    let what = "cannot ask about its chunks"
    var count = btrfs_ioctl_space_args()
    try BtrfsError.check(path, what, pcs_btrfs_space_info(descriptor.rawValue, &count))
    let header = MemoryLayout<btrfs_ioctl_space_args>.size
    let stride = MemoryLayout<btrfs_ioctl_space_info>.stride
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: header + Int(count.total_spaces) * stride, alignment: 8)
    defer { buffer.deallocate() }
    buffer.initializeMemory(as: UInt8.self, repeating: 0)
    count.space_slots = count.total_spaces
    buffer.storeBytes(of: count, as: btrfs_ioctl_space_args.self)
    guard let start = buffer.baseAddress else { return [] }
    let arguments = start.assumingMemoryBound(to: btrfs_ioctl_space_args.self)
    try BtrfsError.check(path, what, pcs_btrfs_space_info(descriptor.rawValue, arguments))
    return (0..<min(Int(arguments.pointee.total_spaces), Int(count.total_spaces))).map { index in
      buffer.loadUnaligned(fromByteOffset: header + index * stride, as: btrfs_ioctl_space_info.self)
    }
  }
}
