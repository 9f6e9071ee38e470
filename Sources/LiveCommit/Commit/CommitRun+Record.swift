import FileTrees
import SystemPackage

extension CommitRun {
  /// Writes the record: everything as it was when it was last looked at.
  ///
  /// What a user changes later, or has changed since, is different from it.
  func writeRecord(to file: FilePath) throws {
    let own = try ownEntries()
    try CommitRecord.write(to: file) { record in
      for (path, entry) in own { try record.add(path, entry) }
      for (path, outermost) in arrivedTrees {
        try desired.prepared.forEach(in: outermost, below: path) { directory in
          if own[directory.path] != nil { return }
          try record.add(
            directory.path,
            .filled(inode: directory.inode, changed: directory.changed, directory.files))
        }
      }
    }
  }

  /// The entries other than those that came in prepared directories.
  private func ownEntries() throws -> [FilePath: CommitRecord.Entry] {
    var entries: [FilePath: CommitRecord.Entry] = [:]
    for path in deleted { entries[path] = .deleted }
    for (path, entry) in merged { entries[path] = entry }
    for result in results {
      guard let changed = ownChanges[result.inode] else { continue }
      let path =
        result.place == CommitTree.rootPlace ? FilePath() : live.tree.name(of: result.place)
      entries[path] = try entry(result, changed, at: path)
    }
    return entries
  }

  private func entry(
    _ result: Result, _ changed: FileTime, at path: FilePath
  ) throws -> CommitRecord.Entry {
    switch result.files {
    case .made(let files)?: .filled(inode: result.inode, changed: changed, files)
    case .prepared?:
      .filled(
        inode: result.inode, changed: changed,
        try desired.prepared.directory(at: path)?.files ?? FilledFiles())
    case nil: .there(inode: result.inode, changed: changed)
    }
  }
}
