import FileTrees
import SystemPackage

/// What a commit has done so far in one subvolume: what its record is made of.
struct CommitLedger {
  typealias Place = CommitTree.Place

  /// A name of the desired tree that is in place.
  struct Result {
    let place: Place
    let inode: UInt64
    /// The files that came with it, of a directory that was made with them in it.
    var files: Files?
  }

  /// The files that came with a new directory.
  enum Files {
    case made(FilledFiles)
    /// As the list of prepared entries has them.
    case prepared
  }

  /// The times of change after our own last operation, by inodes of the live tree.
  ///
  /// An inode that a user has changed since has none.
  var ownChanges: [UInt64: FileTime] = [:]
  var results: [Result] = []
  /// Paths before.
  var deleted: [FilePath] = []
  /// New directories that came with all files that are in them, by their nodes.
  var filled: [Int: Files] = [:]
  /// The prepared directories that are in place as a whole, each with the outermost directory that it
  /// was prepared in.
  var arrivedTrees: [(path: FilePath, in: FilePath)] = []
  /// Entries that were merged into directories of users.
  var merged: [(path: FilePath, entry: CommitRecord.Entry)] = []

  /// Writes the record of it: everything as it was when it was last looked at.
  ///
  /// What a user changes later, or has changed since, is different from it.
  func writeRecord(
    to file: FilePath, tree: CommitTree, prepared: PreparedEntries
  ) throws {
    let own = try entries(tree, prepared)
    try CommitRecord.write(to: file) { record in
      for (path, entry) in own { try record.add(path, entry) }
      for (path, outermost) in arrivedTrees {
        try prepared.forEach(in: outermost, below: path) { directory in
          if own[directory.path] != nil { return }
          try record.add(
            directory.path,
            .filled(inode: directory.inode, changed: directory.changed, directory.files))
        }
      }
    }
  }

  /// The entries other than those that came in prepared directories.
  private func entries(
    _ tree: CommitTree, _ prepared: PreparedEntries
  ) throws -> [FilePath: CommitRecord.Entry] {
    var entries: [FilePath: CommitRecord.Entry] = [:]
    for path in deleted { entries[path] = .deleted }
    for (path, entry) in merged { entries[path] = entry }
    for result in results {
      guard let changed = ownChanges[result.inode] else { continue }
      let path = result.place == CommitTree.rootPlace ? FilePath() : tree.name(of: result.place)
      entries[path] = try entry(result, changed, prepared, at: path)
    }
    return entries
  }

  private func entry(
    _ result: Result, _ changed: FileTime, _ prepared: PreparedEntries, at path: FilePath
  ) throws -> CommitRecord.Entry {
    switch result.files {
    case .made(let files)?: .filled(inode: result.inode, changed: changed, files)
    case .prepared?:
      .filled(
        inode: result.inode, changed: changed,
        try prepared.directory(at: path)?.files ?? FilledFiles())
    case nil: .there(inode: result.inode, changed: changed)
    }
  }
}
