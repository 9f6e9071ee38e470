package import FileTrees
package import PCSCore
package import SystemPackage

/// What changed between two read-only snapshots of one subvolume, in O(changes).
///
/// The kernel compares them (`BTRFS_IOC_SEND` without data). What it names are candidates: a file
/// whose extents moved counts as modified. Subvolumes nested in the snapshots are not compared.
package struct SnapshotDiff: Sendable {
  private let base: ComparedSnapshot
  private let new: ComparedSnapshot
  /// Most ranges of a file; neighbours are taken together beyond.
  private let rangeLimit: Int

  /// Opens the snapshots at two paths; needs root.
  ///
  /// Each change fits into a line of the stream.
  package init(base: FilePath, new: FilePath) throws {
    guard Places.isRoot else { throw BtrfsError.needsRoot }
    try self.init(
      base: Directory(base), new: Directory(new), rangeLimit: ChangedRanges.mostInALine)
  }

  /// The snapshots whose roots are open, mounted or not.
  package init(base: Directory, new: Directory) throws {
    try self.init(base: base, new: new, rangeLimit: ChangedRanges.most)
  }

  private init(base: Directory, new: Directory, rangeLimit: Int) throws {
    self.rangeLimit = rangeLimit
    self.base = try ComparedSnapshot(base)
    self.new = try ComparedSnapshot(new)
    guard try FileSystem(holding: base).id == FileSystem(holding: new).id else {
      throw SnapshotDiffError.differentFileSystems(base.path, new.path)
    }
    guard try CommonOrigin.exists(of: self.base, self.new) else {
      throw SnapshotDiffError.unrelated(base.path, new.path)
    }
  }

  /// Hands on every change in the order of `ChangeOrder`.
  ///
  /// Where something is at last is known when the kernel is done, so the changes are held in
  /// memory until then, save for new files in new directories. Nothing is said of paths that are
  /// `skipped`.
  package func eachChange(
    skipped: (FilePath) -> Bool = { _ in false }, _ body: (Change) throws -> Void
  ) throws {
    let (changes, newWithin) = try changesOfDirectories()
    for change in changes where !skipped(change.path) || change.operation == .renamed {
      try body(change)
      guard change.operation == .created, let others = newWithin[change.path] else { continue }
      try new.eachFile(in: change.path, besides: others) { path, status in
        try body(
          Change(
            .created, path: path, kind: status.kind, inode: status.inode, size: status.length))
      }
    }
  }

  /// Every change, but for new files in some of the new directories, in the order of `ChangeOrder`.
  ///
  /// `newWithin` has those directories: what is in them and no directory is new, unless its name is
  /// given.
  package func changesOfDirectories() throws -> (
    changes: [Change], newWithin: [FilePath: Set<[UInt8]>]
  ) {
    if base.subvolume.id == new.subvolume.id { return ([], [:]) }
    let list = try ChangeList(try edits(), base: base.status, new: new.status)
    return (ChangeOrder.ordered(list.changes), list.newWithin)
  }

  private func edits() throws -> TreeEdits {
    var edits = TreeEdits(rangeLimit: rangeLimit)
    var parser = SendStreamParser()
    let run = try SendRun(of: new, since: base)
    try run.read { chunk in
      try parser.consume(chunk) { try edits.apply($0) }
    }
    if let error = run.error() { throw refusal(error) }
    try parser.finish()
    return edits
  }

  private func refusal(_ error: Errno) -> any ToolError {
    switch error {
    case .resourceTemporarilyUnavailable, .resourceBusy: SnapshotDiffError.busy(new.root.path)
    case .fileNameTooLong: SnapshotDiffError.tooDeep(new.root.path)
    default: BtrfsError.failed(new.root.path, what: "cannot be compared", error)
    }
  }
}
