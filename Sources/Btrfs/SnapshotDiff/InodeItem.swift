import CBtrfs
import Glibc
import SystemPackage

/// An inode as btrfs keeps it, `struct btrfs_inode_item`: what `stat(2)` does not tell.
struct InodeItem {
  /// The transaction that made the inode.
  let generation: UInt64
  let creationSeconds: UInt64
  let creationNanoseconds: UInt32

  /// Reads inode `number` of the subvolume whose root is open, with `BTRFS_IOC_TREE_SEARCH_V2`.
  static func read(_ number: UInt64, in root: Directory) throws(BtrfsError) -> InodeItem {
    let header = MemoryLayout<btrfs_ioctl_search_args_v2>.size
    let room = 4096
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: header + room, alignment: 8)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    var key = btrfs_ioctl_search_key()
    key.min_objectid = number
    key.max_objectid = number
    key.min_type = UInt32(BTRFS_INODE_ITEM_KEY)
    key.max_type = UInt32(BTRFS_INODE_ITEM_KEY)
    key.max_offset = .max
    key.max_transid = .max
    key.nr_items = 1
    memory.storeBytes(of: key, as: btrfs_ioctl_search_key.self)
    guard let start = memory.baseAddress else { throw missing(root) }
    let arguments = start.assumingMemoryBound(to: btrfs_ioctl_search_args_v2.self)
    arguments.pointee.buf_size = UInt64(room)
    try BtrfsError.check(
      root.path, "cannot search its tree",
      pcs_btrfs_tree_search(root.descriptor.rawValue, arguments))
    let item = header + MemoryLayout<btrfs_ioctl_search_header>.size
    guard arguments.pointee.key.nr_items == 1 else { throw missing(root) }
    func field<Number: FixedWidthInteger>(_ offset: Int) -> Number {
      Number(littleEndian: memory.loadUnaligned(fromByteOffset: item + offset, as: Number.self))
    }
    return InodeItem(
      generation: field(0), creationSeconds: field(148), creationNanoseconds: field(156))
  }

  private static func missing(_ root: Directory) -> BtrfsError {
    .failed(root.path, what: "cannot search its tree", .ioError)
  }
}
