package import LiveCommit
import SyncFilter
package import SystemPackage

/// What changed here in a folder, as far as it takes part in a sync.
package struct SourceChanges {
  /// How a path changed that is here now.
  package enum Touch: Int, Sendable, Comparable {
    case attributes, linked, content

    package static func < (left: Touch, right: Touch) -> Bool { left.rawValue < right.rawValue }
  }

  /// By their places now.
  package private(set) var touched: [FilePath: Touch] = [:]
  /// The ranges that were written of files which are the same as in the base, by their places now.
  package private(set) var written: [FilePath: [Range<UInt64>]] = [:]
  /// By their places in the base.
  package private(set) var deleted: Set<FilePath> = []
  package private(set) var renames: [Rename] = []
  /// Whether the rules of a directory changed, and with them what takes part.
  package private(set) var changesRules = false

  private let now: FilteredTree
  private let base: FilteredTree

  package init(_ changes: [FolderChange], now: FilteredTree, base: FilteredTree) throws {
    self.now = now
    self.base = base
    for change in changes { try add(change) }
  }

  private mutating func add(_ change: FolderChange) throws {
    if change.path.isRuleFile { changesRules = true }
    switch change.operation {
    case .content: try touch(change, .content)
    case .linked: try touch(change, .linked)
    case .attributes, .times: try touch(change, .attributes)
    case .deleted:
      if try base.includes(change.path, change.isDirectory) { deleted.insert(change.path) }
    case .renamed(let from):
      if from.isRuleFile { changesRules = true }
      try add(Rename(from: from, to: change.path, isDirectory: change.isDirectory))
    }
  }

  private mutating func touch(_ change: FolderChange, _ touch: Touch) throws {
    guard try now.includes(change.path, change.isDirectory) else { return }
    // Of two changes of the content, one was not seen by the comparison that names ranges.
    let isFirst = touched[change.path] != .content
    if touch == .content { written[change.path] = isFirst ? change.written : nil }
    touched[change.path] = max(touched[change.path] ?? .attributes, touch)
  }

  private mutating func add(_ rename: Rename) throws {
    if try isJudgedAlike(rename) {
      if try now.includes(rename.to, rename.isDirectory) { renames.append(rename) }
    } else {
      try addArrival(of: rename)
      try addDeparture(of: rename)
    }
  }

  /// Whether the filter treats everything that moved as it did before.
  private func isJudgedAlike(_ rename: Rename) throws -> Bool {
    let isIncluded = try now.includes(rename.to, rename.isDirectory)
    guard try base.includes(rename.from, rename.isDirectory) == isIncluded else { return false }
    guard isIncluded, rename.isDirectory else { return true }
    let before = try base.verdicts(below: rename.from, of: now.names(below: rename.to))
    let after = try now.verdicts(below: rename.to, of: now.names(below: rename.to))
    return before == after
  }

  /// What came is new, with all that is in it.
  package mutating func addArrival(of rename: Rename) throws {
    if try now.includes(rename.to, rename.isDirectory) { touched[rename.to] = .content }
    guard rename.isDirectory else { return }
    for path in try now.included(below: rename.to) { touched[path] = .content }
  }

  /// What went is gone, with all that was in it.
  private mutating func addDeparture(of rename: Rename) throws {
    if try base.includes(rename.from, rename.isDirectory) { deleted.insert(rename.from) }
    guard rename.isDirectory else { return }
    deleted.formUnion(try base.included(below: rename.from))
  }
}

extension FilePath {
  /// Whether this is a file with the rules of a directory.
  package var isRuleFile: Bool { lastComponent?.string == DirectoryRules.name }
}
