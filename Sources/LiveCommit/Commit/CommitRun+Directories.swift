import FileTrees
import Glibc
import PCSCore
import SystemPackage

extension CommitRun {
  /// Makes a new directory, and first what it is in.
  func make(_ node: Int) throws {
    guard live.tree.nodes[node].now == nil, !live.tree.nodes[node].isLost,
      let place = live.tree.nodes[node].after
    else { return }
    try ensure(place.directory)
    guard let parent = try live.directory(place.directory) else { return try lose(node) }
    try vacate(place)
    if let inode = desired.prepared.inode(for: pathAfter(node)) {
      return try putPrepared(node, inode, at: place, parent)
    }
    if try adopt(node, place) { return }
    let name = temporary(.directory, place)
    try TreeRemoval.remove(name, in: preparation.directory)
    let path = pathAfter(node)
    let made = try mark(name, like: path)
    let inode = try made.changed().inode
    let files = try fill(name, node)
    switch live.rename((preparation.directory, name), to: (parent, place.name), .onlyIfFree) {
    case nil: break
    case .fileExists?:
      try TreeRemoval.remove(name, in: preparation.directory)
      return try lose(node)
    case let error?:
      try TreeRemoval.remove(name, in: preparation.directory)
      throw FileError(parent.path.pushing(place.name), "cannot make", error)
    }
    live.tree.nodes[node].inode = inode
    live.tree.nodes[node].now = place
    live.tree.nodes[node].isMade = true
    live.touch(node)
    live.touch(place.directory)
    ledger.filled[node] = .made(files.record)
    for path in [path] + files.names.map(path.pushing) { say(.created(path)) }
  }

  /// Makes the directory in the preparation directory, with a mark by which it is found again.
  private func mark(_ name: FilePath, like path: FilePath) throws -> EntryHandle {
    let folder = preparation.directory
    let result = name.withPlatformString { mkdirat(folder.descriptor.rawValue, $0, 0o700) }
    guard result == 0, let made = try EntryHandle(name, in: folder) else {
      throw FileError(folder.path.pushing(name), "cannot make", Errno(rawValue: errno))
    }
    try made.set(ExtendedAttribute(name: Array(PreparationDirectory.mark.utf8), value: [1]))
    try desired.carryFlags(of: path, to: made)
    return made
  }

  /// Takes a directory that is there already for the new one: our own of an earlier attempt, or one
  /// that somebody has made just like it.
  private func adopt(_ node: Int, _ place: Place) throws -> Bool {
    guard let handle = try live.handle(place) else { return false }
    let entry = try handle.read()
    let isOurs = entry.attributes.extended.contains {
      $0.name == Array(PreparationDirectory.mark.utf8)
    }
    guard entry.kind == .directory, let wanted = try desired.entry(at: pathAfter(node)),
      isOurs || entry.isLike(wanted)
    else {
      try lose(node)
      return true
    }
    live.tree.nodes[node].inode = entry.inode
    live.tree.nodes[node].now = place
    live.tree.nodes[node].isMade = isOurs
    live.touch(node)
    return true
  }

  /// Leaves a directory, and with it what lies in it, to whoever changed it.
  func lose(_ node: Int) throws {
    live.tree.nodes[node].isLost = true
    let path = pathAfter(node)
    say(.left(path))
    try desired.prepared.forEach(movingWith: path) { directory in
      if directory.path != path { say(.left(directory.path)) }
      for name in directory.files.paths { say(.left(directory.path.pushing(name))) }
    }
  }

  /// Sees to it that a directory is where it has to be, as far as that can be.
  func ensure(_ node: Int) throws {
    guard node != CommitTree.root, let place = live.tree.nodes[node].after else { return }
    if live.tree.nodes[node].now == nil { return try make(node) }
    guard place != live.tree.nodes[node].before else { return try ensure(place.directory) }
    try ensure(place.directory)
    if let before = live.tree.nodes[node].before, let index = moves.index(from: before),
      moves[index] == .waiting
    {
      try perform(index)
    }
  }

  /// Sees to it that what was at a place is there no more, where something else is to go.
  func vacate(_ place: Place) throws {
    if let index = moves.index(from: place) {
      if moves[index] == .waiting { try perform(index) }
      if moves[index] == .underWay { try park(index) }
    } else if deletedNames.contains(place) {
      try attempt(live.tree.name(of: place)) { try delete(place) }
    } else if let node = deletedDirectories[place] {
      try removeTree(node)
    }
  }
}
