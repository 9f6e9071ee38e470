package import FileTrees

/// The sum of what lies in a directory and takes part, the directory itself not counted.
package struct TreeSum: Sendable, Equatable {
  package private(set) var entries = 0
  /// Bytes in files, without holes.
  package private(set) var bytes: UInt64 = 0
  /// Bytes that the files take at most on a disk, in blocks.
  package private(set) var allocated: UInt64 = 0
  package private(set) var owners = Owners()

  package init() {}

  package mutating func add(_ other: TreeSum) {
    entries += other.entries
    bytes += other.bytes
    allocated += other.allocated
    owners.formUnion(other.owners)
  }

  package mutating func add(_ entry: Entry) {
    entries += 1
    owners.add(entry)
    guard entry.kind == .file else { return }
    bytes += entry.data
    allocated += entry.allocatedAtMost
  }
}
