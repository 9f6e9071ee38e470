import FileTrees
import LiveCommit
import SystemPackage

/// What syncs wrote on this machine themselves, which is not what somebody changed.
struct OwnWrites {
  /// What a commit did to a path of the subvolume.
  enum Write: Equatable {
    case written(inode: UInt64, changed: FileTime)
    /// One of the files that came with the directory of such a number.
    case cameWith(directory: UInt64, FilledFiles)
    case deleted
  }

  private let writes: (FilePath) throws -> [Write]

  /// `writes` says what may have been done to a path of the subvolume.
  init(_ writes: @escaping (FilePath) throws -> [Write]) {
    self.writes = writes
  }

  /// What commits recorded, the newest first.
  init(_ records: [CommitRecord]) {
    self.init { path in
      for record in records {
        let writes = try record.writes(at: path)
        if !writes.isEmpty { return writes }
      }
      return []
    }
  }

  /// Whether what is at a path of the subvolume is what we put there, or left of it; `directory` is
  /// the number of the directory that it is in.
  func isOwn(
    _ path: FilePath, _ entry: Entry?, in directory: @autoclosure () throws -> UInt64?
  ) throws -> Bool {
    try writes(path).contains { write in
      switch write {
      case .written(let inode, let changed):
        return entry?.inode == inode && entry?.changed == changed
      case .cameWith(let expected, let files):
        guard let entry, files.contains(inode: entry.inode, changed: entry.changed) else {
          return false
        }
        return try directory() == expected
      case .deleted: return entry == nil
      }
    }
  }

  /// All changes of a folder, of which those are marked that we made.
  func marked(
    _ changes: [FolderChange], in tree: EntryTree, inside: FilePath
  ) throws -> [FolderChange] {
    try changes.map { change in
      if try writes(inside.pushing(change.path)).isEmpty {
        return try arrivalAlone(change, tree, inside)
      }
      var change = change
      change.isOwn = try other(change, in: tree, inside: inside) == nil
      return change
    }
  }

  /// What of a change of a folder is left without our own writes; nil when that was all of it.
  func other(
    _ change: FolderChange, in tree: EntryTree, inside: FilePath
  ) throws -> FolderChange? {
    let path = inside.pushing(change.path)
    let writes = try writes(path)
    if writes.isEmpty { return try arrivalAlone(change, tree, inside) }
    let now = try tree.entry(at: path)
    if try isOwn(path, now, in: tree.number(around: path)) { return nil }
    // We moved it here, and somebody did something else with it.
    if case .renamed = change.operation, let now,
      writes.contains(where: { $0.isOf(inode: now.inode) })
    {
      return FolderChange(.content, change.path, isDirectory: change.isDirectory)
    }
    return change
  }

  /// Where a commit wrote or deleted what it kept beside under another name, that name alone is new.
  private func arrivalAlone(
    _ change: FolderChange, _ tree: EntryTree, _ inside: FilePath
  ) throws -> FolderChange {
    guard case .renamed(let from) = change.operation, !change.isDirectory else { return change }
    let old = inside.pushing(from)
    guard try isOwn(old, tree.entry(at: old), in: tree.number(around: old)) else { return change }
    return FolderChange(.content, change.path, isDirectory: false)
  }
}

extension OwnWrites.Write {
  fileprivate func isOf(inode: UInt64) -> Bool {
    if case .written(inode, _) = self { true } else { false }
  }
}

extension CommitRecord {
  /// What the commit may have done to `path`.
  fileprivate func writes(at path: FilePath) throws -> [OwnWrites.Write] {
    var writes: [OwnWrites.Write] = []
    switch try entry(at: path) {
    case .there(let inode, let changed)?, .filled(let inode, let changed, _)?:
      return [.written(inode: inode, changed: changed)]
    case .deleted?: writes = [.deleted]
    case nil: break
    }
    if case .filled(let inode, _, let files) = try entry(at: path.removingLastComponent()) {
      writes.append(.cameWith(directory: inode, files))
    }
    return writes
  }
}
