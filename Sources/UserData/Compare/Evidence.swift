package import FileTrees
package import PCSCore
package import SystemPackage

/// What snapshots of this machine's completed sessions hold: proof that it once had a version of a
/// path that the target has now.
///
/// Such a version may be replaced or deleted on the target, since it is this machine's own.
package struct Evidence {
  /// How a version of the target is found in the snapshots.
  package enum Match {
    case none
    /// A version without content that is the same.
    case same
    /// Files of the same size and attributes; equal content makes one of them the same version.
    case files([EntryHandle])
  }

  /// The folder in each snapshot, the newest first.
  private let trees: [EntryTree]

  package init(_ trees: [EntryTree]) {
    self.trees = trees
  }

  /// Opens the folder at `inside` in each snapshot of `subvolume` that is still what it was.
  package init(_ snapshots: some Sequence<Snapshot>, subvolume: String, inside: FilePath) throws {
    self.init(
      try snapshots.filter { $0.subvolume == subvolume }.compactMap { snapshot in
        try snapshot.opened()?.beneath(inside).map { EntryTree($0) }
      })
  }

  /// Looks for a version that is like `entry`, but for its times.
  package func match(_ path: FilePath, _ entry: Entry) throws -> Match {
    var files: [EntryHandle] = []
    var seen: [Entry] = []
    for tree in trees {
      guard let handle = try tree.handle(at: path) else { continue }
      let found = try handle.read()
      guard found.isLike(entry) else { continue }
      if entry.kind != .file { return .same }
      if seen.contains(where: found.isUntouched) { continue }
      seen.append(found)
      files.append(handle)
    }
    return files.isEmpty ? .none : .files(files)
  }

  /// The paths of which the target has a version that this machine once had; `digests` gives the
  /// digest of each of the target's files.
  package func known(
    among entries: [FilePath: Entry], digests: ([FilePath]) throws -> [ContentDigest]
  ) throws -> Set<FilePath> {
    var known: Set<FilePath> = []
    var open: [FilePath] = []
    for (path, entry) in entries {
      switch try match(path, entry) {
      case .none: break
      case .same: known.insert(path)
      case .files: open.append(path)
      }
    }
    if open.isEmpty { return known }
    for (path, digest) in zip(open, try digests(open)) {
      guard let entry = entries[path], case .files(let files) = try match(path, entry) else {
        continue
      }
      if try files.contains(where: { try ContentDigest(of: $0) == digest }) { known.insert(path) }
    }
    return known
  }
}
