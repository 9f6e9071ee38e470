import Btrfs
import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// Puts new directories in place that were prepared with everything in them.
extension CommitRun {
  /// Moves a prepared directory to its place by one rename.
  ///
  /// If a user has made a directory there, the two are merged.
  func putPrepared(_ node: Int, _ inode: UInt64, at place: Place, _ parent: Directory) throws {
    let path = pathAfter(node)
    let present = try live.handle(place)
    let entry = try present?.read()
    if let entry, entry.inode == inode {
      // It came in the one around it, or an earlier attempt has put it there.
      let isOurs = try desired.entry(at: path).map(entry.isSettled(as:)) ?? false
      return settle(node, inode, place, isOurs ? entry.changed : nil)
    }
    guard let prepared = try preparation.prepared(path, of: desired) else { return try lose(node) }
    if let entry {
      guard entry.kind == .directory, let theirs = try EntryTree(parent).directory(at: place.name)
      else {
        return try lose(node)
      }
      (live.tree.nodes[node].inode, live.tree.nodes[node].now) = (entry.inode, place)
      return try merge(prepared, into: theirs, path)
    }
    guard let handle = try EntryHandle(prepared.name, in: prepared.directory) else {
      return try lose(node)
    }
    let before = try handle.read()
    let from = (prepared.directory, prepared.name)
    switch live.rename(from, to: (parent, place.name), .onlyIfFree) {
    case nil: break
    case .fileExists?: return try putPrepared(node, inode, at: place, parent)
    case let error?: throw FileError(parent.path.pushing(place.name), "cannot make", error)
    }
    live.touch(place.directory)
    let isOurs = try note(handle, as: before)
    settle(node, inode, place, isOurs ? ledger.ownChanges[inode] : nil)
    if desired.prepared.isOutermost(path) {
      try desired.prepared.forEach(in: path, below: path, sayCreated)
    }
  }

  /// Records that a prepared directory is in place; `changed` is nil when a user has changed it.
  private func settle(_ node: Int, _ inode: UInt64, _ place: Place, _ changed: FileTime?) {
    let path = pathAfter(node)
    (live.tree.nodes[node].inode, live.tree.nodes[node].now) = (inode, place)
    ledger.ownChanges[inode] = changed
    ledger.filled[node] = .prepared
    ledger.results.append(CommitLedger.Result(place: place, inode: inode, files: .prepared))
    if desired.prepared.isOutermost(path) { ledger.arrivedTrees.append((path, in: path)) }
    if isRecovery { live.touch(place.directory) }
  }

  private func sayCreated(_ directory: PreparedEntries.Directory) {
    say(.created(directory.path))
    for name in directory.files.paths { say(.created(directory.path.pushing(name))) }
  }

  /// Reports a prepared directory, and everything in it, as left.
  private func sayLeft(_ path: FilePath) throws {
    guard let outermost = desired.preparedDirectory(around: path) else { return }
    try desired.prepared.forEach(in: outermost, below: path) { directory in
      say(.left(directory.path))
      for name in directory.files.paths { say(.left(directory.path.pushing(name))) }
    }
  }

  /// Moves the entries of a prepared directory into a directory of a user's, and leaves those whose
  /// names are taken.
  private func merge(_ prepared: PreparedPlace, into theirs: Directory, _ path: FilePath) throws {
    guard let mine = try prepared.directory.beneath(prepared.name) else { return }
    for name in try mine.entries() {
      let place = path.pushing(name)
      guard let handle = try EntryHandle(name, in: mine) else { continue }
      let entry = try handle.read()
      switch live.rename((mine, name), to: (theirs, name), .onlyIfFree) {
      case nil:
        try noteMerged(handle, entry, place)
      case .fileExists? where entry.kind == .directory:
        guard let inner = try EntryTree(theirs).directory(at: name) else {
          try sayLeft(place)
          continue
        }
        try merge(PreparedPlace(directory: mine, name: name), into: inner, place)
      case .fileExists?: say(.left(place))
      case let error?: throw FileError(theirs.path.pushing(name), "cannot make", error)
      }
    }
  }

  /// Records an entry that was merged, with everything in it.
  private func noteMerged(_ handle: EntryHandle, _ entry: Entry, _ place: FilePath) throws {
    let changed = try changeByUs(handle, entry)
    guard let directory = try desired.prepared.directory(at: place) else {
      say(.created(place))
      if let changed { ledger.merged.append((place, .there(inode: entry.inode, changed: changed))) }
      return
    }
    guard let outermost = desired.preparedDirectory(around: place) else { return }
    ledger.arrivedTrees.append((place, in: outermost))
    try desired.prepared.forEach(in: outermost, below: place, sayCreated)
    if let changed {
      ledger.merged.append((place, .filled(inode: entry.inode, changed: changed, directory.files)))
    }
  }

  /// The time of change after our rename; nil when a user has changed the entry.
  private func changeByUs(_ handle: EntryHandle, _ expected: Entry) throws -> FileTime? {
    let entry = try handle.read()
    return entry.isStill(expected) ? entry.changed : nil
  }
}

extension Entry {
  /// Whether this is what was wanted, to the time of modification.
  fileprivate func isSettled(as wanted: Entry) -> Bool {
    isLike(wanted) && attributes.modified == wanted.attributes.modified
  }
}
