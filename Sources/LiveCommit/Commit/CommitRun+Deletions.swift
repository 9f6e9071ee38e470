import FileTrees
import Glibc
import PCSCore
import SystemPackage

extension CommitRun {
  /// Takes away what has no name in the desired tree any more.
  func delete(_ place: Place) throws {
    deletedNames.remove(place)
    let path = live.tree.name(of: place)
    guard let before = try entryBefore(place), !leavesUnit(at: place, as: path) else { return }
    guard let folder = try live.directory(place.directory) else {
      return try live.isGone(place.directory) ? gone(place) : say(.left(path))
    }
    guard let present = try EntryHandle(place.name, in: folder) else { return gone(place) }
    let entry = try present.read()
    if let inode = open.inodes[place] { return leaveOpen(path, inode) }
    guard try isUntouched(present, entry, since: before, at: place) else {
      return say(.left(path))
    }
    let name = temporary(.old, place)
    let (theirs, mine) = ((folder, place.name), (preparation.directory, name))
    let taken = try holdLease(on: present, entry) { lease in
      try take(present, entry, name, lease) { () -> Errno? in
        live.rename(theirs, to: mine, .onlyIfFree)
      } back: {
        live.rename(mine, to: theirs, .onlyIfFree)
      }
    }
    switch taken ?? .open {
    case .done: break
    case .gone: return gone(place)
    case .open: return leaveOpen(path, entry.inode)
    case .left: return say(.left(path))
    case .astray:
      try keepBeside(name, place, before)
      return say(.left(path))
    case .refused(let error): throw FileError(present.path, "cannot delete", error)
    }
    live.touch(place.directory)
    gone(place)
    say(.deleted(path))
    retire(name, place, before)
  }

  private func gone(_ place: Place) {
    gaps.insert(place)
    if isRecovery { live.touch(place.directory) }
    ledger.deleted.append(live.tree.pathBefore(place) ?? place.name)
  }

  /// Removes a directory that is to go, when nothing is left in it.
  func remove(_ node: Int) throws {
    guard let place = live.tree.nodes[node].before, deletedDirectories[place] == node else {
      return
    }
    deletedDirectories[place] = nil
    let path = live.tree.pathBefore(node) ?? place.name
    try attempt(path) { try remove(node, place, path) }
  }

  private func remove(_ node: Int, _ place: Place, _ path: FilePath) throws {
    guard let folder = try live.directory(place.directory) else {
      return try live.isGone(place.directory) ? gone(place) : say(.left(path))
    }
    guard let present = try EntryHandle(place.name, in: folder) else { return gone(place) }
    // A nested subvolume is another inode than the empty directory in its place in a snapshot.
    guard try present.changed().inode == live.inode(of: node) else {
      return try live.isGone(node) ? gone(place) : say(.left(path))
    }
    let result = place.name.withPlatformString {
      unlinkat(folder.descriptor.rawValue, $0, AT_REMOVEDIR)
    }
    if result != 0, errno == ENOTEMPTY || errno == EEXIST {
      live.touch(node)
      return say(.kept(path))
    }
    if result != 0, errno != ENOENT {
      throw FileError(present.path, "cannot delete", Errno(rawValue: errno))
    }
    live.touch(place.directory)
    live.tree.nodes[node].now = nil
    gone(place)
    say(.deleted(path))
  }

  /// Deletes a directory early, with all that is to go of what is in it.
  func removeTree(_ node: Int) throws {
    for index in plan.moves.indices where moves[index] == .waiting {
      if isWithin(plan.moves[index].from.directory, node) { try perform(index) }
    }
    for place in plan.deletedNames where deletedNames.contains(place) {
      guard isWithin(place.directory, node) else { continue }
      try attempt(live.tree.name(of: place)) { try delete(place) }
    }
    for inner in plan.deletedDirectories where isWithin(inner, node) { try remove(inner) }
  }

  /// Whether a directory was another one, or in it.
  private func isWithin(_ directory: Int, _ other: Int) -> Bool {
    var node = directory
    while node != other {
      guard node != CommitTree.root, let place = live.tree.nodes[node].before else { return false }
      node = place.directory
    }
    return true
  }
}
