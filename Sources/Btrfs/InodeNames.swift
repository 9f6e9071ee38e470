import CBtrfs
import Glibc
import PCSCore
package import SystemPackage

/// The names of an inode, as btrfs keeps them beside it.
package enum InodeNames {
  /// A name, and the inode of the directory it is in.
  package struct Name: Sendable, Equatable {
    package let directory: UInt64
    package let name: FilePath
  }

  /// Every name of inode `number` in the subvolume whose root is open, by
  /// `BTRFS_IOC_TREE_SEARCH_V2`.
  package static func of(_ number: UInt64, in root: Directory) throws(BtrfsError) -> [Name] {
    let header = MemoryLayout<btrfs_ioctl_search_args_v2>.size
    let room = 1 << 16
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: header + room, alignment: 8)
    defer { memory.deallocate() }
    var found: [Name] = []
    // Names that fit no single item follow in items of the next type, at hashes of themselves.
    var (type, offset) = (UInt32(BTRFS_INODE_REF_KEY), UInt64(0))
    while true {
      memory.initializeMemory(as: UInt8.self, repeating: 0)
      var key = btrfs_ioctl_search_key()
      key.min_objectid = number
      key.max_objectid = number
      (key.min_type, key.min_offset) = (type, offset)
      key.max_type = UInt32(BTRFS_INODE_EXTREF_KEY)
      (key.max_offset, key.max_transid, key.nr_items) = (.max, .max, .max)
      memory.storeBytes(of: key, as: btrfs_ioctl_search_key.self)
      guard let start = memory.baseAddress else { return found }
      let arguments = start.assumingMemoryBound(to: btrfs_ioctl_search_args_v2.self)
      arguments.pointee.buf_size = UInt64(room)
      try BtrfsError.check(
        root.path, "cannot search its tree",
        pcs_btrfs_tree_search(root.descriptor.rawValue, arguments))
      let count = Int(arguments.pointee.key.nr_items)
      if count == 0 { return found }
      let body = UnsafeRawBufferPointer(rebasing: memory.dropFirst(header))
      guard let last = read(body, count, into: &found), last.offset < .max else { return found }
      (type, offset) = (last.type, last.offset + 1)
    }
  }

  /// Reads items; returns the key of the last one.
  private static func read(
    _ bytes: UnsafeRawBufferPointer, _ count: Int, into found: inout [Name]
  ) -> (type: UInt32, offset: UInt64)? {
    var position = 0
    var last: (UInt32, UInt64)?
    for _ in 0..<count {
      let size = MemoryLayout<btrfs_ioctl_search_header>.size
      guard position + size <= bytes.count else { return last }
      let header = bytes.loadUnaligned(
        fromByteOffset: position, as: btrfs_ioctl_search_header.self)
      let start = position + size
      let end = min(start + Int(header.len), bytes.count)
      let item = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      if header.type == UInt32(BTRFS_INODE_REF_KEY) {
        add(item, fixed: 10, lengthAt: 8, { _ in header.offset }, &found)
      } else if header.type == UInt32(BTRFS_INODE_EXTREF_KEY) {
        add(
          item, fixed: 18, lengthAt: 16,
          { UInt64(littleEndian: item.loadUnaligned(fromByteOffset: $0, as: UInt64.self)) },
          &found)
      }
      position = end
      last = (header.type, header.offset)
    }
    return last
  }

  /// `struct btrfs_inode_ref` and `struct btrfs_inode_extref`, one after the other, each with its
  /// name behind it.
  private static func add(
    _ item: UnsafeRawBufferPointer, fixed: Int, lengthAt: Int, _ directory: (Int) -> UInt64,
    _ found: inout [Name]
  ) {
    var position = 0
    while position + fixed <= item.count {
      let length = Int(
        UInt16(
          littleEndian: item.loadUnaligned(
            fromByteOffset: position + lengthAt, as: UInt16.self)))
      let end = position + fixed + length
      guard end <= item.count else { return }
      let name = FilePath(bytes: Array(item[position + fixed..<end]))
      found.append(Name(directory: directory(position), name: name))
      position = end
    }
  }

  /// Every path of inode `number`, from the root of the subvolume.
  package static func paths(of number: UInt64, in root: Directory) throws(BtrfsError) -> [FilePath]
  {
    var paths: [FilePath] = []
    for name in try of(number, in: root) {
      var path = name.name
      var directory = name.directory
      while directory != UInt64(BTRFS_FIRST_FREE_OBJECTID) {
        guard let above = try of(directory, in: root).first else {
          throw .failed(root.path.pushing(path), what: "cannot be found", .noSuchFileOrDirectory)
        }
        path = above.name.pushing(path)
        directory = above.directory
      }
      paths.append(path)
    }
    return paths
  }
}
