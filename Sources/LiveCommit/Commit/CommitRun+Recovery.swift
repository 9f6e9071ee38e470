import Btrfs
import FileTrees
import Glibc
import PCSCore
import SystemPackage

extension CommitRun {
  /// Finds out how far an earlier attempt came: where directories are now, and what lies in the
  /// preparation directory.
  func findOut() throws {
    for index in plan.moves.indices { try findOut(index) }
    for name in plan.names { try findAttributes(name) }
    try clearOut()
  }

  /// What inodes become of which the attributes alone change.
  private func findAttributes(_ name: CommitPlan.Name) throws {
    guard let origin = try entryBefore(name.origin ?? name.place),
      let wanted = try desired.entry(at: name.path), wanted.inode == origin.inode,
      !plan.newInodes.contains(wanted.inode)
    else { return }
    becoming[origin.inode] = wanted
  }

  private func findOut(_ index: Int) throws {
    let move = plan.moves[index]
    let way = temporary(.way, move.from)
    if try EntryHandle(way, in: preparation.directory) != nil {
      moves[index] = .parked
      if let node = move.node {
        live.tree.nodes[node].now = Place(directory: ownNode, name: way)
      }
      return
    }
    guard let node = move.node else { return try findOutFile(index) }
    guard let inode = try live.inode(of: node),
      let found = try InodeNames.of(inode, in: live.root).first, found.name == move.to.name,
      try !isAt(found, move.from)
    else { return }
    // The new directory around it may not be known yet; its number is compared when it is opened.
    if let expected = try live.inode(of: move.to.directory), expected != found.directory { return }
    setDone(index)
    live.touch(node)
  }

  private func isAt(_ found: InodeNames.Name, _ place: Place) throws -> Bool {
    try found.name == place.name && found.directory == live.inode(of: place.directory)
  }

  /// A file that has left its place and has the name it was to get has arrived.
  private func findOutFile(_ index: Int) throws {
    let move = plan.moves[index]
    guard let before = try entryBefore(move.from) else { return }
    let names = try InodeNames.of(before.inode, in: live.root)
    guard try !names.contains(where: { try isAt($0, move.from) }),
      try names.contains(where: { found in
        guard found.name == move.to.name else { return false }
        let expected = try live.inode(of: move.to.directory)
        return expected == nil || expected == found.directory
      })
    else { return }
    setDone(index)
  }

  /// Removes what was only prepared, and takes up what was displaced.
  private func clearOut() throws {
    var known: [FilePath: Place] = [:]
    for name in plan.names { known[temporary(.put, name.place)] = name.origin ?? name.place }
    for place in plan.deletedNames { known[temporary(.old, place)] = place }
    for name in try preparation.directory.entries() {
      let purpose = name.string.split(separator: "-").first.flatMap {
        PreparationDirectory.Purpose(rawValue: String($0))
      }
      guard let entry = try EntryHandle(name, in: preparation.directory)?.read() else { continue }
      let place = known[name]
      let before = try place.flatMap { try entryBefore($0) }
      switch purpose {
      // What was prepared waits to be put in place.
      case .directory:
        if part.goal != .prepared { try TreeRemoval.remove(name, in: preparation.directory) }
      case .content: break
      case .put?, .old?:
        if let place, let before, before.inode == entry.inode {
          gaps.insert(place)
          live.touch(place.directory)
          retire(name, place, before)
        } else if purpose == .put {
          let path = plan.names.first { temporary(.put, $0.place) == name }?.path
          if let path { try unmake(name, for: path) } else { try preparation.remove(name) }
        } else {
          say(.failed(name, "nobody knows what it was"))
        }
      case .way?, nil: break
      }
    }
  }
}
