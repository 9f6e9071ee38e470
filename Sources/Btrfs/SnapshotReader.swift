import CBtrfs
package import FileTrees
package import PCSCore
import SystemPackage

/// Reads the files of read-only snapshots from the items of their tree, `BTRFS_IOC_TREE_SEARCH_V2`;
/// needs root.
///
/// Opening a file that is not in the cache takes the kernel much longer. Entries that are no files
/// are opened. Not for a live tree, whose items lag behind.
package struct SnapshotReader: EntryReader {
  /// Files with numbers closer than this are read together with what lies between them.
  private static let gap: UInt64 = 4

  package init() {}

  package func read(
    _ items: ArraySlice<DirectoryListing.Item>, in directory: Directory
  ) throws -> [NamedEntry] {
    let numbers = items.filter(\.isFile).map(\.inode).sorted()
    var found: [UInt64: FoundFile] = [:]
    found.reserveCapacity(numbers.count)
    for number in numbers { found[number] = FoundFile() }
    for range in Self.ranges(numbers) {
      let search = TreeSearch(
        first: TreeSearch.Key(object: range.lowerBound),
        last: TreeSearch.Key(
          object: range.upperBound, type: UInt32(BTRFS_XATTR_ITEM_KEY), offset: .max))
      try search.forEach(in: directory) { item in
        found[item.key.object]?.add(item)
        return true
      }
    }
    return try items.compactMap { item in
      if item.isFile, let file = found[item.inode], let entry = file.entry {
        return NamedEntry(item.name, entry, mayHaveFlags: file.mayHaveFlags)
      }
      return try EntryHandle(item.name, in: directory).map { NamedEntry(item.name, try $0.read()) }
    }
  }

  private static func ranges(_ numbers: [UInt64]) -> [ClosedRange<UInt64>] {
    var ranges: [ClosedRange<UInt64>] = []
    for number in numbers {
      if let last = ranges.last, number <= last.upperBound + gap {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges
  }
}

/// One file, by its items in the tree.
private struct FoundFile {
  private var file: Entry?
  private(set) var mayHaveFlags = true
  private var extended: [ExtendedAttribute] = []
  /// Whether an item is not as it should be.
  private var isDamaged = false

  /// BTRFS_INODE_NODATACOW, _NOCOMPRESS, _SYNC, _IMMUTABLE, _APPEND, _NODUMP, _NOATIME, _DIRSYNC,
  /// _COMPRESS: those that `chattr(1)` shows.
  private static let told: UInt64 = 2 | 8 | 32 | 64 | 128 | 256 | 512 | 1024 | 2048

  mutating func add(_ item: TreeSearch.Item) {
    switch item.key.type {
    case UInt32(BTRFS_INODE_ITEM_KEY):
      file = Entry(item)
      mayHaveFlags = item.number(at: 64).map { (flags: UInt64) in flags & Self.told != 0 } ?? true
    case UInt32(BTRFS_XATTR_ITEM_KEY):
      guard let attributes = item.extendedAttributes else {
        isDamaged = true
        return
      }
      extended += attributes
    default: break
    }
  }

  /// The entry of the file; nil where it has to be opened.
  var entry: Entry? {
    guard !isDamaged, var file else { return nil }
    file.attributes.extended = extended.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    return file
  }
}

extension Entry {
  /// Reads `struct btrfs_inode_item` of a file; nil for anything else.
  fileprivate init?(_ item: TreeSearch.Item) {
    guard let size: UInt64 = item.number(at: 16), let bytes: UInt64 = item.number(at: 24),
      let links: UInt32 = item.number(at: 40), let owner: UInt32 = item.number(at: 44),
      let group: UInt32 = item.number(at: 48), let mode: UInt32 = item.number(at: 52),
      let changed = item.time(at: 124), let modified = item.time(at: 136),
      EntryKind(mode: mode) == .file
    else { return nil }
    self.init(
      kind: .file,
      attributes: EntryAttributes(
        permissions: mode & 0o7777, owner: owner, group: group, modified: modified),
      size: size, allocated: (bytes + 4095) / 4096 * 4096, inode: item.key.object,
      links: UInt64(links), changed: changed)
  }
}

extension TreeSearch.Item {
  fileprivate func time(at offset: Int) -> FileTime? {
    guard let seconds: Int64 = number(at: offset), let nanoseconds: UInt32 = number(at: offset + 8)
    else { return nil }
    return FileTime(seconds: seconds, nanoseconds: nanoseconds)
  }

  /// Those of one `struct btrfs_dir_item` after another, of which names share a hash; nil where one
  /// does not fit in.
  fileprivate var extendedAttributes: [ExtendedAttribute]? {
    let header = 30
    var attributes: [ExtendedAttribute] = []
    var offset = 0
    while offset < bytes.count {
      guard let length: UInt16 = number(at: offset + 25), let name: UInt16 = number(at: offset + 27)
      else { return nil }
      let start = offset + header
      offset = start + Int(name) + Int(length)
      guard offset <= bytes.count else { return nil }
      attributes.append(
        ExtendedAttribute(
          name: Array(bytes[start..<(start + Int(name))]),
          value: Array(bytes[(start + Int(name))..<offset])))
    }
    return attributes
  }
}
