import Btrfs
package import FileTrees
import LiveCommit
import PCSCore
package import SystemPackage

/// What changed in one folder between two snapshots of the subvolume that it lies in, in
/// O(changes).
package struct FolderDiff {
  /// The subvolume's roots, then and now.
  private let base: EntryTree
  let new: EntryTree
  /// The folder's place in the subvolume.
  let inside: FilePath

  package init(base: Directory, new: Directory, inside: FilePath) {
    self.base = EntryTree(base)
    self.new = EntryTree(new)
    self.inside = inside
  }

  /// Every change that `filter` leaves something of; nil when the folder itself is not the one that
  /// it was.
  package func changes(
    _ filter: (FolderChange) throws -> FolderChange? = { $0 }
  ) throws -> [FolderChange]? {
    var found: [FolderChange] = []
    var isSame = true
    let diff = try SnapshotDiff(base: base.root, new: new.root)
    try diff.eachChange(skipped: PreparationDirectory.holds) { change in
      isSame = isSame && !replacesFolder(change)
      guard isSame else { return }
      var these: [FolderChange] = []
      try add(change, to: &these)
      found += try these.compactMap(filter)
    }
    return isSame ? found : nil
  }

  private func add(_ change: Change, to found: inout [FolderChange]) throws {
    let isDirectory = change.kind == "directory"
    let path = place(change.path)
    switch change.operation {
    case .renamed:
      try addRenamed(from: change.from.flatMap(place), to: path, isDirectory, &found)
    case .deleted:
      if let path { found.append(FolderChange(.deleted, path, isDirectory: isDirectory)) }
    case .created:
      if let path { found.append(FolderChange(.content, path, isDirectory: isDirectory)) }
    case .linked:
      if let path { found.append(FolderChange(.linked, path, isDirectory: isDirectory)) }
    case .modified, .metadata:
      guard let path, let operation = try weight(change) else { return }
      found.append(
        FolderChange(operation, path, isDirectory: isDirectory, written: change.extents))
    }
  }

  /// What came into the folder from outside is new in it, with all that is below; what left it is
  /// gone.
  private func addRenamed(
    from: FilePath?, to: FilePath?, _ isDirectory: Bool, _ found: inout [FolderChange]
  ) throws {
    switch (from, to) {
    case (let from?, let to?):
      found.append(FolderChange(.renamed(from: from), to, isDirectory: isDirectory))
    case (nil, let to?): found += try arrival(of: to, isDirectory: isDirectory)
    case (let from?, nil): found += try departure(of: from, isDirectory: isDirectory)
    case (nil, nil): break
    }
  }

  /// Something new at `path`, with all that is below.
  func arrival(of path: FilePath, isDirectory: Bool) throws -> [FolderChange] {
    var found = [FolderChange(.content, path, isDirectory: isDirectory)]
    if !isDirectory { return found }
    try new.walk(inside.pushing(path)) { path, isDirectory in
      guard let path = place(path) else { return }
      found.append(FolderChange(.content, path, isDirectory: isDirectory))
    }
    return found
  }

  /// Something gone from `path`, with all that was below.
  func departure(of path: FilePath, isDirectory: Bool) throws -> [FolderChange] {
    var found = [FolderChange(.deleted, path, isDirectory: isDirectory)]
    if !isDirectory { return found }
    try base.walk(inside.pushing(path)) { path, isDirectory in
      guard let path = place(path) else { return }
      found.append(FolderChange(.deleted, path, isDirectory: isDirectory))
    }
    return found
  }

  /// What changed of something that stayed; nil for nothing, since the kernel also names files whose
  /// extents were only moved on the disk.
  private func weight(_ change: Change) throws -> FolderChange.Operation? {
    let path = change.path == "." ? "" : change.path
    let whole: FolderChange.Operation = change.operation == .modified ? .content : .attributes
    guard let then = try base.entry(at: path), let now = try new.entry(at: path),
      then.inode == now.inode
    else { return whole }
    if now.isUntouched(since: then) { return nil }
    return whole == .attributes && now.isLike(then) ? .times : whole
  }

  private func replacesFolder(_ change: Change) -> Bool {
    guard [.created, .deleted, .renamed].contains(change.operation) else { return false }
    return [change.path, change.from].contains { path in
      guard let path else { return false }
      return inside.relative(to: path) != nil
    }
  }

  /// A path of the subvolume as one of the folder; nil outside of it, where preparation directories
  /// count as well: what is put in place from there comes into the folder.
  private func place(_ path: FilePath) -> FilePath? {
    if PreparationDirectory.holds(path) { return nil }
    return (path == "." ? "" : path).relative(to: inside)
  }
}
