import Btrfs
import CLinux
import Glibc
import PCSCore
import SystemPackage

/// How far a move has come.
enum MoveState {
  case waiting, underWay
  /// In the preparation directory, since each of several moves waits for another.
  case parked
  case done, left
}

extension CommitRun {
  // MARK: New directories

  /// Makes a new directory, and first what it is in.
  func make(_ node: Int) throws {
    guard live.tree.nodes[node].now == nil, !live.tree.nodes[node].isLost,
      let place = live.tree.nodes[node].stage
    else { return }
    try ensure(place.directory)
    guard let parent = try live.directory(place.directory) else { return lose(node) }
    try vacate(place)
    if try adopt(node, place) { return }
    let name = temporary(.directory, place)
    try preparation.removeMade(name)
    let path = pathInStage(node)
    let made = try mark(name, like: path)
    let inode = try made.changed().inode
    let files = try fill(name, node)
    switch live.rename((preparation.directory, name), to: (parent, place.name), .onlyIfFree) {
    case nil: break
    case .fileExists?:
      try preparation.removeMade(name)
      return lose(node)
    case let error?:
      try preparation.removeMade(name)
      throw FileError(parent.path.pushing(place.name), "cannot make", error)
    }
    live.tree.nodes[node].inode = inode
    live.tree.nodes[node].now = place
    live.tree.nodes[node].isMade = true
    live.touch(node)
    live.touch(place.directory)
    filled.insert(node)
    for path in [path] + files.map(path.pushing) { say(.created(path)) }
  }

  /// Makes the directory in the preparation directory, with a mark by which it is found again.
  private func mark(_ name: FilePath, like path: FilePath) throws -> EntryHandle {
    let folder = preparation.directory
    let result = name.withPlatformString { mkdirat(folder.descriptor.rawValue, $0, 0o700) }
    guard result == 0, let made = try EntryHandle(name, in: folder) else {
      throw FileError(folder.path.pushing(name), "cannot make", Errno(rawValue: errno))
    }
    try made.set(ExtendedAttribute(name: Array(PreparationDirectory.mark.utf8), value: [1]))
    if let source = try stage.directory(at: path) {
      let descriptor = try made.open(O_RDONLY | O_DIRECTORY)
      defer { try? descriptor.close() }
      try InodeFlags.carry(from: source.descriptor, to: descriptor, made.path)
    }
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
    guard entry.kind == .directory, let wanted = try stage.entry(at: pathInStage(node)),
      isOurs || entry.isLike(wanted)
    else {
      lose(node)
      return true
    }
    live.tree.nodes[node].inode = entry.inode
    live.tree.nodes[node].now = place
    live.tree.nodes[node].isMade = isOurs
    if isOurs { filled.insert(node) }
    live.touch(node)
    return true
  }

  /// Leaves a directory, and with it what lies in it, to whoever changed it.
  func lose(_ node: Int) {
    live.tree.nodes[node].isLost = true
    say(.left(pathInStage(node)))
  }

  /// Sees to it that a directory is where it has to be, as far as that can be.
  private func ensure(_ node: Int) throws {
    guard node != CommitTree.root, let place = live.tree.nodes[node].stage else { return }
    if live.tree.nodes[node].now == nil { return try make(node) }
    guard place != live.tree.nodes[node].before else { return try ensure(place.directory) }
    try ensure(place.directory)
    if let before = live.tree.nodes[node].before, let index = movesByOrigin[before],
      moves[index] == .waiting
    {
      try perform(index)
    }
  }

  /// Sees to it that what was at a place is there no more, where something else is to go.
  func vacate(_ place: Place) throws {
    if let index = movesByOrigin[place] {
      if moves[index] == .waiting { try perform(index) }
      if moves[index] == .underWay { try park(index) }
    } else if deletedNames.contains(place) {
      try attempt(live.tree.name(of: place)) { try delete(place) }
    } else if let node = deletedDirectories[place] {
      try removeTree(node)
    }
  }

  // MARK: Moves

  func perform(_ index: Int) throws {
    guard moves[index] == .waiting else { return }
    moves[index] = .underWay
    let move = plan.moves[index]
    let path = live.tree.pathInStage(move.to) ?? move.to.name
    let home = live.tree.pathNow(move.from.directory)?.pushing(move.from.name)
    let isDone = try attempt(path, leaving: home) {
      try ensure(move.to.directory)
      try vacate(move.to)
      // To make way for another it may have been parked meanwhile.
      if moves[index] == .underWay { try rename(index, from: move.from) }
    }
    guard moves[index] == .underWay else { return }
    if try isReplaced(index) { return setDone(index) }
    leave(index, isSaid: !isDone)
  }

  func finishParked() throws {
    for index in moves.indices where moves[index] == .parked {
      let place = Place(directory: ownNode, name: temporary(.way, plan.moves[index].from))
      try attempt(place.name) { try rename(index, from: place) }
      if moves[index] == .parked { try putBack(index, place) }
    }
  }

  private func rename(_ index: Int, from: Place) throws {
    let move = plan.moves[index]
    guard let source = try live.directory(from.directory),
      let target = try live.directory(move.to.directory),
      let handle = try EntryHandle(from.name, in: source), try isMovable(handle, move)
    else { return }
    switch live.rename((source, from.name), to: (target, move.to.name), .onlyIfFree) {
    case nil: break
    case .fileExists?, .noSuchFileOrDirectory?: return
    // Into itself: what lies in it and is to hold it has to come out first.
    case .invalidArgument? where from.directory != ownNode: return try park(index)
    case let error?: throw FileError(handle.path, "cannot rename", error)
    }
    try arrive(index, handle)
    let old = live.tree.pathBefore(move.from) ?? move.from.name
    say(.renamed(live.tree.pathInStage(move.to) ?? move.to.name, from: old))
  }

  private func arrive(_ index: Int, _ handle: EntryHandle) throws {
    setDone(index)
    let inode = try own(handle)
    if plan.moves[index].node != nil {
      results.append(Result(place: plan.moves[index].to, inode: inode))
    }
  }

  /// What was moved is where it is to be, or was there.
  func setDone(_ index: Int) {
    let move = plan.moves[index]
    moves[index] = .done
    if let node = move.node { live.tree.nodes[node].now = move.to }
    gaps.insert(move.from)
    live.touch(move.from.directory)
    live.touch(move.to.directory)
    deleted.append(live.tree.pathBefore(move.from) ?? move.from.name)
  }

  /// Whether an earlier attempt has moved a file, and then put its new version in its place.
  private func isReplaced(_ index: Int) throws -> Bool {
    let move = plan.moves[index]
    guard isRecovery, move.node == nil, try live.handle(move.from) == nil,
      let path = live.tree.pathInStage(move.to), let wanted = try stage.entry(at: path),
      let present = try live.handle(move.to)
    else { return false }
    return try isStaged(present, present.read(), wanted, path)
  }

  /// A directory is known by its number, whatever was done in it; anything else must be untouched.
  private func isMovable(_ handle: EntryHandle, _ move: CommitPlan.Move) throws -> Bool {
    if let node = move.node { return try handle.changed().inode == live.inode(of: node) }
    guard let before = try entryBefore(move.from) else { return false }
    return isUntouched(try handle.read(), since: before)
  }

  /// Takes what is to be moved out of the way of others.
  func park(_ index: Int) throws {
    let move = plan.moves[index]
    guard let source = try live.directory(move.from.directory),
      let handle = try EntryHandle(move.from.name, in: source), try isMovable(handle, move)
    else { return leave(index) }
    let name = temporary(.way, move.from)
    if let error = live.rename(
      (source, move.from.name), to: (preparation.directory, name), .onlyIfFree)
    {
      throw FileError(handle.path, "cannot rename", error)
    }
    moves[index] = .parked
    live.touch(move.from.directory)
    if let node = move.node {
      live.tree.nodes[node].now = Place(directory: ownNode, name: name)
    } else {
      try own(handle)
    }
  }

  /// What cannot go where it should goes back to where it was.
  private func putBack(_ index: Int, _ place: Place) throws {
    let move = plan.moves[index]
    if let home = try live.directory(move.from.directory),
      live.rename((preparation.directory, place.name), to: (home, move.from.name), .onlyIfFree)
        == nil
    {
      if let node = move.node { live.tree.nodes[node].now = move.from }
    }
    leave(index)
  }

  private func leave(_ index: Int, isSaid: Bool = false) {
    moves[index] = .left
    let move = plan.moves[index]
    if let node = move.node { live.tree.nodes[node].isLost = true }
    if isSaid { return }
    say(.left(live.tree.pathInStage(move.to) ?? move.to.name))
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
