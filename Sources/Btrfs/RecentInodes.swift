import CBtrfs
import Glibc
import SystemPackage

/// Finds out in O(changes) whether anything in a subvolume changed since a moment.
package enum RecentInodes {
  /// A moment in the life of a subvolume: a transaction, and the time of day at its end.
  package struct Moment: Sendable, Equatable {
    package let generation: UInt64
    /// Seconds and nanoseconds since 1970.
    package let seconds: Int64
    package let nanoseconds: UInt32

    package init(generation: UInt64, seconds: Int64, nanoseconds: UInt32) {
      self.generation = generation
      self.seconds = seconds
      self.nanoseconds = nanoseconds
    }
  }

  /// Whether an inode of the subvolume was written after `moment`.
  ///
  /// Access times do not count: they leave the change time alone. The clock is coarse, so what was
  /// written in the moment itself counts.
  package static func exist(in subvolume: Directory, after moment: Moment) throws(BtrfsError)
    -> Bool
  {
    var position = Position()
    while true {
      let found = try search(subvolume, moment.generation + 1, position)
      for item in found where item.isInode && item.changed(after: moment) { return true }
      guard let last = found.last, let next = last.position.next else { return false }
      position = next
    }
  }
}

/// A place in the order of a btrfs tree.
private struct Position {
  var object: UInt64 = 0
  var type: UInt32 = 0
  var offset: UInt64 = 0

  /// The place right after; nil at the end of everything.
  var next: Position? {
    if offset < .max { return Position(object: object, type: type, offset: offset + 1) }
    if type < 255 { return Position(object: object, type: type + 1, offset: 0) }
    return object < .max ? Position(object: object + 1) : nil
  }
}

/// An item of the tree: where it is, and of an inode when it changed last.
private struct Item {
  let position: Position
  /// `transid` and `ctime` of `struct btrfs_inode_item`.
  var generation: UInt64 = 0
  var seconds: Int64 = 0
  var nanoseconds: UInt32 = 0

  var isInode: Bool { position.type == UInt32(BTRFS_INODE_ITEM_KEY) }

  func changed(after moment: RecentInodes.Moment) -> Bool {
    generation > moment.generation
      && (seconds, nanoseconds) >= (moment.seconds, moment.nanoseconds)
  }
}

/// The items at or after `start` in leaves that were written in `generation` or later.
private func search(
  _ subvolume: Directory, _ generation: UInt64, _ start: Position
) throws(BtrfsError) -> [Item] {
  let header = MemoryLayout<btrfs_ioctl_search_args_v2>.size
  let room = 65536
  let memory = UnsafeMutableRawPointer.allocate(byteCount: header + room, alignment: 8)
  defer { memory.deallocate() }
  memory.initializeMemory(as: UInt8.self, repeating: 0, count: header + room)
  let arguments = memory.assumingMemoryBound(to: btrfs_ioctl_search_args_v2.self)
  arguments.pointee.key.min_objectid = start.object
  arguments.pointee.key.min_type = start.type
  arguments.pointee.key.min_offset = start.offset
  arguments.pointee.key.max_objectid = .max
  arguments.pointee.key.max_type = .max
  arguments.pointee.key.max_offset = .max
  arguments.pointee.key.min_transid = generation
  arguments.pointee.key.max_transid = .max
  arguments.pointee.key.nr_items = .max
  arguments.pointee.buf_size = UInt64(room)
  try BtrfsError.check(
    subvolume.path, "cannot search its tree",
    pcs_btrfs_tree_search(subvolume.descriptor.rawValue, arguments))
  return items(
    UnsafeRawBufferPointer(start: memory + header, count: room),
    count: Int(arguments.pointee.key.nr_items))
}

/// Reads what `BTRFS_IOC_TREE_SEARCH_V2` returned: a header and the item, again and again.
private func items(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Item] {
  let headerSize = MemoryLayout<btrfs_ioctl_search_header>.size
  var items: [Item] = []
  var offset = 0
  for _ in 0..<count where offset + headerSize <= bytes.count {
    let header = bytes.loadUnaligned(fromByteOffset: offset, as: btrfs_ioctl_search_header.self)
    let body = offset + headerSize
    var item = Item(
      position: Position(object: header.objectid, type: header.type, offset: header.offset))
    if item.isInode, Int(header.len) >= 136, body + 136 <= bytes.count {
      item.generation = UInt64(
        littleEndian: bytes.loadUnaligned(fromByteOffset: body + 8, as: UInt64.self))
      item.seconds = Int64(
        littleEndian: bytes.loadUnaligned(fromByteOffset: body + 124, as: Int64.self))
      item.nanoseconds = UInt32(
        littleEndian: bytes.loadUnaligned(fromByteOffset: body + 132, as: UInt32.self))
    }
    items.append(item)
    offset = body + Int(header.len)
  }
  return items
}
