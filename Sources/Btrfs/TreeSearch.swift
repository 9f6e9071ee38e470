import CBtrfs
import FileTrees
import SystemPackage

/// A walk through items of a subvolume's tree, in the order of their keys,
/// `BTRFS_IOC_TREE_SEARCH_V2`; needs root.
struct TreeSearch {
  /// A place in the order of the tree.
  struct Key: Equatable {
    var object: UInt64 = 0
    var type: UInt32 = 0
    var offset: UInt64 = 0

    static let greatest = Key(object: .max, type: .max, offset: .max)

    /// The place right after; nil at the end of everything.
    var next: Key? {
      if offset < .max { return Key(object: object, type: type, offset: offset + 1) }
      if type < 255 { return Key(object: object, type: type + 1, offset: 0) }
      return object < .max ? Key(object: object + 1) : nil
    }
  }

  /// What lies at a key; its bytes are there only while it is looked at.
  struct Item {
    let key: Key
    let bytes: UnsafeRawBufferPointer

    /// A number as btrfs keeps it; nil where the item is shorter.
    func number<Number: FixedWidthInteger>(at offset: Int) -> Number? {
      guard offset >= 0, offset + MemoryLayout<Number>.size <= bytes.count else { return nil }
      return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
  }

  var first = Key()
  var last = Key.greatest
  /// Leaves that were written before this transaction are passed over.
  var generation: UInt64 = 0
  /// The tree by its number; 0 for that of the subvolume.
  var tree: UInt64 = 0

  /// More than any leaf, and so any item, takes: BTRFS_MAX_METADATA_BLOCKSIZE.
  private static let largestItem = 1 << 16
  private static let room = 2 * largestItem

  /// Hands on each item of the subvolume whose root is open, until `body` returns false.
  func forEach(in root: Directory, _ body: (Item) -> Bool) throws(BtrfsError) {
    let header = MemoryLayout<btrfs_ioctl_search_args_v2>.size
    let memory = UnsafeMutableRawPointer.allocate(byteCount: header + Self.room, alignment: 8)
    defer { memory.deallocate() }
    let arguments = memory.bindMemory(to: btrfs_ioctl_search_args_v2.self, capacity: 1)
    var start: Key? = first
    while let from = start {
      arguments.pointee = btrfs_ioctl_search_args_v2()
      arguments.pointee.key = key(from: from)
      arguments.pointee.buf_size = UInt64(Self.room)
      try BtrfsError.check(
        root.path, "cannot search its tree",
        pcs_btrfs_tree_search(root.descriptor.rawValue, arguments))
      let found = UnsafeRawBufferPointer(start: memory + header, count: Self.room)
      start = Self.read(found, Int(arguments.pointee.key.nr_items), body)?.next
    }
  }

  private func key(from start: Key) -> btrfs_ioctl_search_key {
    var key = btrfs_ioctl_search_key()
    (key.min_objectid, key.min_type, key.min_offset) = (start.object, start.type, start.offset)
    (key.max_objectid, key.max_type, key.max_offset) = (last.object, last.type, last.offset)
    key.tree_id = tree
    (key.min_transid, key.max_transid, key.nr_items) = (generation, .max, .max)
    return key
  }

  /// Returns where the last item was; nil when there is no more to come: with room for one more, the
  /// kernel had none.
  private static func read(
    _ bytes: UnsafeRawBufferPointer, _ count: Int, _ body: (Item) -> Bool
  ) -> Key? {
    let headerSize = MemoryLayout<btrfs_ioctl_search_header>.size
    var last: Key?
    var offset = 0
    for _ in 0..<count where offset + headerSize <= bytes.count {
      let header = bytes.loadUnaligned(fromByteOffset: offset, as: btrfs_ioctl_search_header.self)
      let start = offset + headerSize
      offset = min(start + Int(header.len), bytes.count)
      let key = Key(object: header.objectid, type: header.type, offset: header.offset)
      let content = UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
      guard body(Item(key: key, bytes: content)) else { return nil }
      last = key
    }
    return offset > bytes.count - largestItem ? last : nil
  }
}
