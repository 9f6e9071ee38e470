import Btrfs
import FileTrees
import Glibc
import PCSCore
import SystemPackage

extension CommitRun {
  /// Makes what is called by a name of the desired tree like it is there.
  func bring(_ name: CommitPlan.Name) throws {
    guard let wanted = try desired.entry(at: name.path) else {
      throw FileError(name.path, "not in the desired tree", .noSuchFileOrDirectory)
    }
    guard wanted.kind != .directory else { return }
    if leavesUnit(at: name.home, as: name.path) { return }
    if let node = deletedDirectories[name.place] { try removeTree(node) }
    guard let folder = try live.directory(name.place.directory) else {
      return say(.left(name.path))
    }
    let origin = try isFailed(name) ? nil : entryBefore(name)
    let present = try EntryHandle(name.place.name, in: folder)
    let entry = try present?.read()
    let found = try finding(present, entry, wanted, origin, name)
    let verdict = CommitVerdict(
      found, wasThere: origin != nil, shallBe: true, isOurGap: gaps.contains(name.place))
    switch verdict {
    case .leave: return say(.left(name.path))
    case .done:
      // An earlier attempt may have put it there, and not come to the time of the directory.
      if isRecovery { live.touch(name.place.directory) }
      if let entry { settle(entry, wanted, name) }
      return
    case .apply: break
    }
    guard let present, let entry, let origin else {
      return try put(wanted, over: nil, name, folder)
    }
    if isSameContent(wanted, origin) {
      try changeAttributes(present, entry, wanted, name)
    } else {
      let old = Replaced(handle: present, entry: entry, before: origin)
      try put(wanted, over: old, name, folder)
    }
  }

  /// Whether what the name belongs to did not come to it.
  private func isFailed(_ name: CommitPlan.Name) throws -> Bool {
    guard let origin = name.origin, let index = moves.index(from: origin) else { return false }
    return moves[index] != .done
  }

  /// What is expected where a name of the desired tree is to be.
  private func entryBefore(_ name: CommitPlan.Name) throws -> Entry? {
    if let origin = name.origin { return try entryBefore(origin) }
    if plan.departures.contains(name.place) { return nil }
    let entry = try entryBefore(name.place)
    return entry?.kind == .directory ? nil : entry
  }

  private func finding(
    _ present: EntryHandle?, _ entry: Entry?, _ wanted: Entry, _ origin: Entry?,
    _ name: CommitPlan.Name
  ) throws -> CommitVerdict.Finding {
    guard let present, let entry else { return .absent }
    if let origin, try isUntouched(present, entry, since: origin, at: name.home) {
      return .asBefore
    }
    return try isAsDesired(present, entry, wanted, name.path) ? .asDesired : .other
  }

  /// Whether the file at a name is there already and gets other attributes at most.
  func keepsContent(_ name: CommitPlan.Name) throws -> Bool {
    guard let wanted = try desired.entry(at: name.path), let origin = try entryBefore(name) else {
      return false
    }
    return isSameContent(wanted, origin)
  }

  private func isSameContent(_ wanted: Entry, _ origin: Entry) -> Bool {
    wanted.inode == origin.inode && wanted.kind == origin.kind
      && !plan.newInodes.contains(wanted.inode)
  }

  /// Notes what is in place, as it was when it was compared.
  private func settle(_ entry: Entry, _ wanted: Entry, _ name: CommitPlan.Name) {
    ledger.ownChanges[entry.inode] = entry.changed
    arrive(entry.inode, wanted, name)
  }

  private func arrive(_ inode: UInt64, _ wanted: Entry, _ name: CommitPlan.Name) {
    let result = CommitLedger.Result(place: name.place, inode: inode)
    if wanted.links > 1, placed[wanted.inode] == nil { placed[wanted.inode] = result }
    ledger.results.append(result)
    // What was in a directory that moved is gone from where it was.
    if let old = live.tree.pathBefore(name.origin ?? name.place), old != name.path {
      ledger.deleted.append(old)
    }
  }

  /// Changes attributes in place, while no program writes: our time would hide what it has written.
  private func changeAttributes(
    _ present: EntryHandle, _ entry: Entry, _ wanted: Entry, _ name: CommitPlan.Name
  ) throws {
    let isDone: Void? = try holdLeaseInPlace(on: present, entry) { _ in
      guard try present.read().isUntouched(since: entry) else { return say(.left(name.path)) }
      if wanted.kind == .file { try desired.addFlags(of: name.path, to: present) }
      if !entry.isLike(wanted) || entry.attributes.modified != wanted.attributes.modified {
        try present.apply(wanted.attributes, of: wanted.kind)
        say(.metadata(name.path))
      }
      let after = try present.read()
      guard after.size == wanted.size, after.attributes.modified == wanted.attributes.modified
      else { return }
      settle(after, wanted, name)
    }
    if isDone == nil { leaveOpen(name.path, entry.inode) }
  }

  // MARK: Putting entries in place

  /// What is to be replaced: as it is, and as it was in the pre-sync snapshot.
  private struct Replaced {
    let handle: EntryHandle
    let entry: Entry
    let before: Entry
  }

  private func put(
    _ wanted: Entry, over old: Replaced?, _ name: CommitPlan.Name, _ folder: Directory
  ) throws {
    if old != nil, let inode = open.inodes[name.home] { return leaveOpen(name.path, inode) }
    let temporary = temporary(.put, name.place)
    guard let (made, isLink) = try prepare(name.path, wanted, as: temporary) else {
      return say(.left(name.path))
    }
    let prepared = try made.read()
    live.touch(name.place.directory)
    if let old {
      guard try exchange(temporary, old, name, folder) else { return }
      say(.written(name.path))
      try reportLostFlags(old.before, made, name)
    } else {
      let target = (folder, name.place.name)
      if let error = live.rename((preparation.directory, temporary), to: target, .onlyIfFree) {
        try discard(temporary, of: name.path, after: error)
        guard error == .fileExists else {
          throw FileError(folder.path.pushing(name.place.name), "cannot make", error)
        }
        return say(.left(name.path))
      }
      say(isLink ? .linked(name.path) : .created(name.path))
    }
    // What its users write at once is theirs.
    if try note(made, as: prepared) { arrive(prepared.inode, wanted, name) }
  }

  /// Makes an entry, or one more name of one that is there already; nil where that cannot be.
  private func prepare(
    _ path: FilePath, _ wanted: Entry, as temporary: FilePath
  ) throws -> (EntryHandle, isLink: Bool)? {
    if wanted.links > 1, let existing = try placedLink(wanted) ?? liveLink(wanted) {
      let entry = try existing.read()
      try existing.link(as: temporary, in: preparation.directory)
      try note(existing, as: entry)
      return (existing, true)
    }
    return try make(path, wanted, as: temporary, in: preparation.directory).map { ($0, false) }
  }

  /// The file by which another name of it was put in place, unless somebody has changed it since.
  private func placedLink(_ wanted: Entry) throws -> EntryHandle? {
    guard let result = placed[wanted.inode], let handle = try live.handle(result.place) else {
      return nil
    }
    let (inode, changed) = try handle.changed()
    return inode == result.inode && ledger.ownChanges[inode] == changed ? handle : nil
  }

  /// The live file of which a name in the desired tree is one more, where its content is as it was.
  private func liveLink(_ wanted: Entry) throws -> EntryHandle? {
    guard !plan.newInodes.contains(wanted.inode) else { return nil }
    for path in try InodeNames.paths(of: wanted.inode, in: before.root) {
      guard let place = live.tree.placeBefore(path), let was = try entryBefore(place) else {
        continue
      }
      for candidate in [place, moves.index(from: place).map { plan.moves[$0].to }] {
        guard let candidate, let handle = try live.handle(candidate) else { continue }
        if try isUntouched(handle, handle.read(), since: was, at: place) { return handle }
      }
    }
    return nil
  }

  /// Exchanges what was prepared with what is there, unless a program has it open for writing.
  private func exchange(
    _ temporary: FilePath, _ old: Replaced, _ name: CommitPlan.Name, _ folder: Directory
  ) throws -> Bool {
    let mine = (preparation.directory, temporary)
    let theirs = (folder, name.place.name)
    let taken = try holdLease(on: old.handle, old.entry) { lease in
      try take(old.handle, old.entry, temporary, lease) { () -> Errno? in
        live.rename(mine, to: theirs, .exchanging)
      } back: {
        if live.rename(mine, to: theirs, .exchanging) != nil {
          // Somebody has taken ours away: the place is free, or another one's.
          return live.rename(mine, to: theirs, .onlyIfFree)
        }
        return nil
      }
    }
    switch taken ?? .open {
    case .done:
      retire(temporary, name.place, old.before)
      return true
    case .astray:
      try keepBeside(temporary, name.place, old.before)
      say(.left(name.path))
      return false
    case .open: leaveOpen(name.path, old.entry.inode)
    case .left, .gone: say(.left(name.path))
    case .refused(let error):
      try discard(temporary, of: name.path, after: error)
      throw FileError(old.handle.path, "cannot replace", error)
    }
    try unmake(temporary, for: name.path)
    return false
  }

  /// Removes what could not be put in place, unless the commit waits for room and needs it then.
  private func discard(_ temporary: FilePath, of path: FilePath, after error: Errno) throws {
    if !error.endsCommit { try unmake(temporary, for: path) }
  }

  /// Ends what was taken from its place: it waits for its end.
  func retire(_ temporary: FilePath, _ place: Place, _ before: Entry) {
    displaced.append(Displaced(name: temporary, place: place, before: before))
  }
}
