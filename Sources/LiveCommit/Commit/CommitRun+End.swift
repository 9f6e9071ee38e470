import FileTrees
import Glibc
import PCSCore
import SystemPackage

extension CommitRun {
  // MARK: What was displaced

  /// Unlinks what was taken from its place, unless somebody has written to it meanwhile through what
  /// they had open: that is kept beside.
  func endDisplaced() throws {
    for item in displaced {
      try attempt(live.tree.name(of: item.place)) {
        guard let handle = try EntryHandle(item.name, in: preparation.directory) else { return }
        if try !unlink(item, handle) { try keepBeside(item.name, item.place, item.before) }
      }
    }
    displaced = []
  }

  /// Unlinks what was displaced; false when something would be lost with it.
  private func unlink(_ item: Displaced, _ handle: EntryHandle) throws -> Bool {
    let isUnlinked = try ReadLease.hold(on: handle, item.before.kind) { lease in
      let entry = try handle.read()
      guard try entry.links > 1 || isUntouched(handle, entry, since: item.before, at: item.place),
        lease?.isUnbroken ?? true
      else { return false }
      try preparation.remove(item.name)
      if entry.links > 1 { try noteUnlinked(handle, entry) }
      return true
    }
    if let isUnlinked { return isUnlinked }
    // A program writes to it, and it has other names.
    guard try handle.read().links > 1 else { return false }
    try preparation.remove(item.name)
    return true
  }

  /// Notes the time of change of a file that has lost a name, if it was ours to note before.
  func noteUnlinked(_ handle: EntryHandle, _ entry: Entry) throws {
    guard ledger.ownChanges[entry.inode] == entry.changed else { return }
    try note(handle, as: entry)
  }

  /// Puts what was displaced beside what took its place, or where the nearest directory is that
  /// there still is.
  func keepBeside(_ temporary: FilePath, _ place: Place, _ before: Entry) throws {
    let moment = before.attributes.modified
    let stamp = Timestamp(
      milliseconds: moment.seconds * 1000 + Int64(moment.nanoseconds / 1_000_000))
    var node = place.directory
    while node != CommitTree.root, try live.directory(node) == nil {
      node = live.tree.nodes[node].before?.directory ?? CommitTree.root
    }
    guard let folder = try live.directory(node) else { return }
    for number in 0..<100 {
      let host = number == 0 ? part.host : "\(part.host)-\(number)"
      let name = ConflictCopy.name(for: place.name, host: host, at: stamp)
      let target = (folder, name)
      switch live.rename((preparation.directory, temporary), to: target, .onlyIfFree) {
      case .fileExists?: continue
      case let error?: throw FileError(folder.path.pushing(name), "cannot keep", error)
      case nil: break
      }
      live.touch(node)
      let kept = Place(directory: node, name: name)
      return say(.copied(live.tree.name(of: kept), of: live.tree.name(of: place)))
    }
    throw FileError(folder.path.pushing(place.name), "cannot be kept beside", .fileExists)
  }

  // MARK: Flags

  /// Says which flags of the replaced file the new one has not.
  func reportLostFlags(
    _ before: Entry, _ made: EntryHandle, _ name: CommitPlan.Name
  ) throws {
    guard before.kind == .file, let path = live.tree.pathBefore(name.origin ?? name.place),
      let old = try self.before.handle(at: path), let was = try? old.open(O_RDONLY)
    else { return }
    defer { try? was.close() }
    guard let flags = InodeFlags.of(was), flags != 0, let now = try? made.open(O_RDONLY) else {
      return
    }
    defer { try? now.close() }
    for what in InodeFlags.names(in: flags, butNotIn: InodeFlags.of(now) ?? 0) {
      say(.notKept(name.path, what))
    }
  }

  // MARK: Directories

  /// Gives directories their attributes, and those in which something was changed their times, what
  /// lies in a directory before the directory.
  func finishDirectories() throws {
    let nodes = live.tree.nodes.indices.filter { index in
      let node = live.tree.nodes[index]
      return index != ownNode && (node.isTouched || node.hasOtherAttributes)
    }
    let byDepth = nodes.map { ($0, live.tree.pathNow($0)?.components.count ?? 0) }
      .sorted { $0.1 > $1.1 }
    for (node, _) in byDepth { try attempt(pathAfter(node)) { try finish(node) } }
  }

  private func finish(_ node: Int) throws {
    let state = live.tree.nodes[node]
    guard node == CommitTree.root || state.after != nil else { return }
    let path = pathAfter(node)
    guard let wanted = try desired.entry(at: path) else { return }
    guard let directory = try live.directory(node) else {
      if !state.isLost { say(.left(path)) }
      return
    }
    let handle = try EntryHandle(directory)
    if state.hasOtherAttributes { try desired.addFlags(of: path, to: handle) }
    let entry = try handle.read()
    if state.isMade {
      try handle.apply(wanted.attributes, of: .directory)
    } else if !entry.isLike(wanted), state.hasOtherAttributes {
      guard try hasOldAttributes(entry, node, wanted) else { return say(.left(path)) }
      try handle.apply(wanted.attributes, of: .directory)
      say(.metadata(path))
    } else if entry.attributes.modified != wanted.attributes.modified {
      try handle.applyTime(wanted.attributes.modified)
      if !state.isTouched { say(.metadata(path)) }
    }
    let after = try handle.read()
    let isPrepared = state.inode != nil && desired.prepared.inode(for: path) == state.inode
    let isApplied = state.isMade || state.hasOtherAttributes || isPrepared
    let expected = isApplied ? wanted.attributes : entry.attributes
    ledger.ownChanges[after.inode] =
      after.attributes.areLike(expected, of: .directory) ? after.changed : nil
    // What is in a directory that somebody else has made is for the next sync to look at.
    if node != CommitTree.root, state.before == nil, !state.isMade { return }
    if let place = node == CommitTree.root ? CommitTree.rootPlace : live.tree.nodes[node].now {
      ledger.results.append(
        CommitLedger.Result(place: place, inode: entry.inode, files: ledger.filled[node]))
    }
  }

  /// Whether owner, permissions and attributes of a directory are still what they were.
  private func hasOldAttributes(_ entry: Entry, _ node: Int, _ wanted: Entry) throws -> Bool {
    guard let path = live.tree.pathBefore(node), let before = try before.entry(at: path) else {
      return false
    }
    if entry.isLike(before) { return true }
    guard isRecovery else { return false }
    var timeless = entry
    timeless.attributes.modified = before.attributes.modified
    return UntouchedTest.isBetween(timeless, before, wanted)
  }
}
