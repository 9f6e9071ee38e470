import FileTrees
import PCSCore
import SystemPackage

extension CommitRun {
  func perform(_ index: Int) throws {
    guard moves[index] == .waiting else { return }
    moves[index] = .underWay
    let move = plan.moves[index]
    let path = live.tree.pathAfter(move.to) ?? move.to.name
    let home = live.tree.pathNow(move.from.directory)?.pushing(move.from.name)
    if move.node == nil, units.causes[move.from] != nil {
      return leave(index, isSaid: false)
    }
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
      let handle = try EntryHandle(from.name, in: source)
    else { return }
    let entry = try handle.read()
    guard try isMovable(handle, entry, move) else { return }
    switch live.rename((source, from.name), to: (target, move.to.name), .onlyIfFree) {
    case nil: break
    case .fileExists?, .noSuchFileOrDirectory?: return
    // Into itself: what lies in it and is to hold it has to come out first.
    case .invalidArgument? where from.directory != ownNode: return try park(index)
    case let error?: throw FileError(handle.path, "cannot rename", error)
    }
    try arrive(index, handle, entry)
    let old = live.tree.pathBefore(move.from) ?? move.from.name
    say(.renamed(live.tree.pathAfter(move.to) ?? move.to.name, from: old))
  }

  private func arrive(_ index: Int, _ handle: EntryHandle, _ entry: Entry) throws {
    setDone(index)
    guard try note(handle, as: entry), plan.moves[index].node != nil else { return }
    ledger.results.append(CommitLedger.Result(place: plan.moves[index].to, inode: entry.inode))
  }

  /// What was moved is where it is to be, or was there.
  func setDone(_ index: Int) {
    let move = plan.moves[index]
    moves[index] = .done
    if let node = move.node { live.tree.nodes[node].now = move.to }
    gaps.insert(move.from)
    live.touch(move.from.directory)
    live.touch(move.to.directory)
    ledger.deleted.append(live.tree.pathBefore(move.from) ?? move.from.name)
  }

  /// Whether an earlier attempt has moved a file, and then put its new version in its place.
  private func isReplaced(_ index: Int) throws -> Bool {
    let move = plan.moves[index]
    guard isRecovery, move.node == nil, try live.handle(move.from) == nil,
      let path = live.tree.pathAfter(move.to), let wanted = try desired.entry(at: path),
      let present = try live.handle(move.to)
    else { return false }
    return try isAsDesired(present, present.read(), wanted, path)
  }

  /// A directory is known by its number, whatever was done in it; anything else must be untouched.
  private func isMovable(
    _ handle: EntryHandle, _ entry: Entry, _ move: CommitPlan.Move
  ) throws -> Bool {
    if let node = move.node { return try entry.inode == live.inode(of: node) }
    guard let before = try entryBefore(move.from) else { return false }
    return try isUntouched(handle, entry, since: before, at: move.from)
  }

  /// Takes what is to be moved out of the way of others.
  func park(_ index: Int) throws {
    let move = plan.moves[index]
    guard let source = try live.directory(move.from.directory),
      let handle = try EntryHandle(move.from.name, in: source)
    else { return leave(index) }
    let entry = try handle.read()
    guard try isMovable(handle, entry, move) else { return leave(index) }
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
      try note(handle, as: entry)
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
    say(.left(live.tree.pathAfter(move.to) ?? move.to.name))
  }
}
