import Btrfs
import Glibc
import PCSCore
import SystemPackage

extension CommitRun {
  /// Makes what is called by a name of the stage like it is there.
  func bring(_ name: CommitPlan.Name) throws {
    guard let wanted = try stage.entry(at: name.path) else {
      throw FileError(name.path, "not in the stage", .noSuchFileOrDirectory)
    }
    guard wanted.kind != .directory else { return }
    if let node = deletedDirectories[name.place] { try removeTree(node) }
    guard let folder = try live.directory(name.place.directory) else {
      return say(.left(name.path))
    }
    let origin = try isFailed(name) ? nil : entryBefore(name)
    let present = try EntryHandle(name.place.name, in: folder)
    let entry = try present?.read()
    let found = try finding(present, entry, wanted, origin, name.path)
    let verdict = CommitVerdict(
      found, wasThere: origin != nil, shallBe: true, isOurGap: gaps.contains(name.place))
    switch verdict {
    case .leave: return say(.left(name.path))
    case .done:
      // An earlier attempt may have put it there, and not come to the time of the directory.
      if isRecovery { live.touch(name.place.directory) }
      if let present { try settle(present, wanted, name) }
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
    guard let origin = name.origin, let index = movesByOrigin[origin] else { return false }
    return moves[index] != .done
  }

  /// What is expected where a name of the stage is to be.
  private func entryBefore(_ name: CommitPlan.Name) throws -> Entry? {
    if let origin = name.origin { return try entryBefore(origin) }
    if plan.departures.contains(name.place) { return nil }
    let entry = try entryBefore(name.place)
    return entry?.kind == .directory ? nil : entry
  }

  private func finding(
    _ present: EntryHandle?, _ entry: Entry?, _ wanted: Entry, _ origin: Entry?, _ path: FilePath
  ) throws -> CommitVerdict.Finding {
    guard let present, let entry else { return .absent }
    if let origin, isUntouched(entry, since: origin) { return .asBefore }
    return try isStaged(present, entry, wanted, path) ? .asInStage : .other
  }

  private func isSameContent(_ wanted: Entry, _ origin: Entry) -> Bool {
    wanted.inode == origin.inode && wanted.kind == origin.kind
      && !plan.newInodes.contains(wanted.inode)
  }

  private func settle(
    _ present: EntryHandle, _ wanted: Entry, _ name: CommitPlan.Name
  ) throws {
    if wanted.links > 1, placed[wanted.inode] == nil { placed[wanted.inode] = present }
    results.append(Result(place: name.place, inode: try own(present)))
    // What was in a directory that moved is gone from where it was.
    if let old = live.tree.pathBefore(name.origin ?? name.place), old != name.path {
      deleted.append(old)
    }
  }

  private func changeAttributes(
    _ present: EntryHandle, _ entry: Entry, _ wanted: Entry, _ name: CommitPlan.Name
  ) throws {
    if wanted.kind == .file { try stage.addFlags(of: name.path, to: present) }
    if !entry.isLike(wanted) || entry.attributes.modified != wanted.attributes.modified {
      try present.apply(wanted.attributes, of: wanted.kind)
      say(.metadata(name.path))
    }
    try settle(present, wanted, name)
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
    let temporary = temporary(.put, name.place)
    let (made, isLink) = try prepare(name.path, wanted, as: temporary)
    live.touch(name.place.directory)
    if let old {
      guard try exchange(temporary, old, name, folder) else { return }
      say(.written(name.path))
      try reportLostFlags(old.before, made, name)
    } else {
      let target = (folder, name.place.name)
      if let error = live.rename((preparation.directory, temporary), to: target, .onlyIfFree) {
        try preparation.remove(temporary)
        guard error == .fileExists else {
          throw FileError(folder.path.pushing(name.place.name), "cannot make", error)
        }
        return say(.left(name.path))
      }
      say(isLink ? .linked(name.path) : .created(name.path))
    }
    try settle(made, wanted, name)
  }

  /// Makes an entry, or one more name of one that is there already.
  private func prepare(
    _ path: FilePath, _ wanted: Entry, as temporary: FilePath
  ) throws -> (EntryHandle, isLink: Bool) {
    if wanted.links > 1, let existing = try placed[wanted.inode] ?? liveLink(wanted) {
      try existing.link(as: temporary, in: preparation.directory)
      try own(existing)
      placed[wanted.inode] = existing
      return (existing, true)
    }
    return (try make(path, wanted, as: temporary, in: preparation.directory), false)
  }

  /// The live file of which a name in the stage is one more, where its content is as it was.
  private func liveLink(_ wanted: Entry) throws -> EntryHandle? {
    guard !plan.newInodes.contains(wanted.inode) else { return nil }
    for path in try InodeNames.paths(of: wanted.inode, in: before.root) {
      guard let place = live.tree.beforePlace(path), let was = try entryBefore(place) else {
        continue
      }
      for candidate in [place, movesByOrigin[place].map { plan.moves[$0].to }] {
        guard let candidate, let handle = try live.handle(candidate) else { continue }
        if isUntouched(try handle.read(), since: was) { return handle }
      }
    }
    return nil
  }

  /// Exchanges what was prepared with what is there; then what was there is looked at again, since
  /// somebody may have written to it meanwhile.
  private func exchange(
    _ temporary: FilePath, _ old: Replaced, _ name: CommitPlan.Name, _ folder: Directory
  ) throws -> Bool {
    let present = old.handle
    let (mine, theirs) = ((preparation.directory, temporary), (folder, name.place.name))
    switch live.rename(mine, to: theirs, .exchanging) {
    case nil: break
    case .noSuchFileOrDirectory?:
      try preparation.remove(temporary)
      say(.left(name.path))
      return false
    case let error?:
      try preparation.remove(temporary)
      throw FileError(present.path, "cannot replace", error)
    }
    if try isStill(old.entry, temporary) {
      try own(present)
      try retire(temporary, name.place, old.before)
      return true
    }
    if let error = live.rename(mine, to: theirs, .exchanging) {
      throw FileError(present.path, "cannot be put back", error)
    }
    try preparation.remove(temporary)
    say(.left(name.path))
    return false
  }

  /// Whether an entry of the preparation directory is the one that was looked at before it came
  /// here; coming here has changed its time of change.
  func isStill(_ expected: Entry, _ name: FilePath) throws -> Bool {
    guard let entry = try EntryHandle(name, in: preparation.directory)?.read() else { return false }
    return entry.inode == expected.inode && entry.isLike(expected)
      && entry.attributes.modified == expected.attributes.modified
  }

  /// Ends what was taken from its place: kept beside when it is newer than it may be, else it waits.
  func retire(_ temporary: FilePath, _ place: Place, _ before: Entry) throws {
    if let limit = part.limit(for: live.tree.name(of: place)), before.kind == .file,
      max(before.attributes.modified, before.changed) > limit, try !isOfEarlierSync(place, before)
    {
      try keepBeside(temporary, place, before)
    } else {
      displaced.append(Displaced(name: temporary, place: place, before: before))
    }
  }

  private func isOfEarlierSync(_ place: Place, _ before: Entry) throws -> Bool {
    guard let path = live.tree.pathBefore(place) else { return false }
    return try earlier.get().contains {
      try $0.isOwn(path, before, in: self.before.number(around: path))
    }
  }
}
