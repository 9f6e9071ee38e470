package import PCSCore
package import SystemPackage

/// What a sync of one folder would do: the sum of a dry run.
package struct TransferPlan: Sendable, Equatable {
  /// Entries of the source that take part, the folder itself among them.
  package var sourceEntries = 0
  /// Directories of the target that stay because of what is in them.
  package var keptDirectories: [FilePath] = []
  /// Where a directory stays with something excluded in it, though the source has another thing
  /// there.
  package var occupied: [FilePath] = []
  /// Flags of inodes that files and directories have here, and which of these are directories.
  package var flags: [FilePath: UInt32] = [:]
  package var flaggedDirectories: Set<FilePath> = []
  /// State databases of which a file is put in place.
  package var databases: Set<FilePath> = []
  package private(set) var counts: [Change.Operation: Int] = [:]
  /// What the contents that are sent take at most on the target's disk.
  package private(set) var bytes: UInt64 = 0
  /// What rsync counts as sent, holes and all.
  package private(set) var apparentBytes: UInt64 = 0
  /// Names that come, less those that go: a name in both places was probably moved.
  private var names: [Int: Int] = [:]

  package init() {}

  package var isEmpty: Bool { counts.isEmpty }
  package var count: Int { counts.values.reduce(0, +) }
  package var deleted: Int { counts[.deleted] ?? 0 }
  package var replaced: Int { counts[.modified] ?? 0 }

  /// Entries of the target that take part, as they are now.
  package var targetEntries: Int {
    sourceEntries - (counts[.created] ?? 0) - createdLinks + deleted
  }

  private var createdLinks = 0

  /// How many deleted entries have no namesake among the new ones: a rename is not a deletion.
  package var lost: Int { names.values.reduce(0) { $0 + max(0, -$1) } }

  /// Adds an item; `allocated` is what its content takes on the source's disk.
  package mutating func add(_ item: RsyncItem, allocated: UInt64) {
    counts[item.operation, default: 0] += 1
    if item.sendsContent {
      apparentBytes += item.size
      bytes += min((item.size + 4095) / 4096 * 4096, max(allocated, 4096))
    }
    switch item.operation {
    case .created: names[item.nameHash, default: 0] += 1
    case .linked where item.isNew:
      createdLinks += 1
      names[item.nameHash, default: 0] += 1
    case .deleted: names[item.nameHash, default: 0] -= 1
    default: break
    }
  }
}

extension RsyncItem {
  /// Of the last component, which a move keeps as a rule.
  fileprivate var nameHash: Int {
    let start = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return Array(path[start...]).hashValue
  }
}
