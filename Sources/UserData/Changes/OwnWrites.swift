import SystemPackage

/// What syncs wrote on this machine themselves, which is not what somebody changed.
struct OwnWrites {
  /// What a commit did to a path of the subvolume.
  enum Write: Equatable {
    case written(inode: UInt64, changed: FileTime)
    case deleted
  }

  private let write: (FilePath) throws -> Write?

  /// `write` says what was done to a path of the subvolume; nil when nothing was.
  init(_ write: @escaping (FilePath) throws -> Write?) {
    self.write = write
  }

  /// What commits recorded, the newest first.
  init(_ records: [CommitRecord]) {
    self.init { path in
      for record in records {
        switch record.entry(at: path) {
        case .there(let inode, let changed)?: return .written(inode: inode, changed: changed)
        case .deleted?: return .deleted
        case nil: continue
        }
      }
      return nil
    }
  }

  /// Whether what is at a path of the subvolume is what we put there, or left of it.
  func isOwn(_ path: FilePath, _ entry: Entry?) throws -> Bool {
    switch try write(path) {
    case .written(let inode, let changed)?:
      return entry?.inode == inode && entry?.changed == changed
    case .deleted?: return entry == nil
    case nil: return false
    }
  }

  /// All changes of a folder, of which those are marked that we made.
  func marked(
    _ changes: [FolderChange], in tree: EntryTree, inside: FilePath
  ) throws -> [FolderChange] {
    try changes.map { change in
      let path = inside.pushing(change.path)
      guard let own = try write(path) else { return try arrivalAlone(change, tree, inside) }
      var change = change
      change.isOwn = Self.other(change, own, try tree.entry(at: path)) == nil
      return change
    }
  }

  /// The changes of a folder that others made; `tree` is the subvolume now.
  func others(
    _ changes: [FolderChange], in tree: EntryTree, inside: FilePath
  ) throws -> [FolderChange] {
    try changes.compactMap { change in
      let path = inside.pushing(change.path)
      guard let own = try write(path) else { return try arrivalAlone(change, tree, inside) }
      let now = try tree.entry(at: path)
      return Self.other(change, own, now)
    }
  }

  /// Where a commit wrote or deleted what it kept beside under another name, that name alone is new.
  private func arrivalAlone(
    _ change: FolderChange, _ tree: EntryTree, _ inside: FilePath
  ) throws -> FolderChange {
    guard case .renamed(let from) = change.operation, !change.isDirectory else { return change }
    let old = inside.pushing(from)
    guard try isOwn(old, tree.entry(at: old)) else { return change }
    return FolderChange(.content, change.path, isDirectory: false)
  }

  /// What of a change is left without our own write; nil when that was all of it.
  private static func other(_ change: FolderChange, _ own: Write, _ now: Entry?) -> FolderChange? {
    switch own {
    case .deleted: return now == nil ? nil : change
    case .written(let inode, let changed):
      guard let now, now.inode == inode else { return change }
      if now.changed == changed { return nil }
      // We moved it here, and somebody did something else with it.
      if case .renamed = change.operation {
        return FolderChange(.content, change.path, isDirectory: change.isDirectory)
      }
      return change
    }
  }
}
