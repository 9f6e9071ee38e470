import CBtrfs
import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// What a rollback has to say while it goes on.
package enum RollbackStep: Sendable, Equatable {
  case copied(String)
  case exchanged(String, kept: String)
  case nested(FilePath, subvolume: String)
  case nestedLeft(FilePath, why: String)
}

extension RollbackPlan {
  /// Brings the subvolumes back.
  ///
  /// Whenever it ends early, however it ends, running it again goes
  /// on where it was: what a subvolume is called says how far it came.
  package func carryOut(_ onStep: (RollbackStep) -> Void) throws {
    try check()
    if !isResumed { try journal.write(in: home) }
    do {
      for part in parts where try !part.isExchanged() { try prepare(part, onStep) }
    } catch {
      try withdraw()
      throw error
    }
    for part in parts where try !part.isExchanged() { try part.exchange(onStep) }
    // The journal's own directory moves last of all.
    let directories = Set(
      places.compactMap { $0.existing }.compactMap { try? Subvolume(at: $0).uuid })
    for part in parts { try part.moveNested(onStep) { !directories.contains($0.uuid) } }
    for part in parts { try part.moveNested(onStep) { directories.contains($0.uuid) } }
  }

  /// Carries our own state over once more, what was written meanwhile included, and ends it.
  package func finish() throws {
    for part in parts {
      let (old, _) = try part.topLevel.subvolume(part.entry.kept)
      let (new, _) = try part.topLevel.subvolume(at: part.entry.path)
      try OwnState.carry(from: old, to: new, of: journal.session)
      try part.sync()
    }
    try RollbackJournal.remove(from: home)
  }

  /// Makes the writable copy, under the name that the replaced one gets by the exchange.
  private func prepare(_ part: Part, _ onStep: (RollbackStep) -> Void) throws {
    let entry = part.entry
    guard let source = try part.place.existing?.opening(entry.snapshot) else {
      throw RollbackError.missingSnapshot(entry.subvolume, session: journal.session)
    }
    try part.removeCopy()
    try Subvolume.snapshot(source, in: part.topLevel.root, entry.kept, isReadOnly: false)
    let (old, _) = try part.topLevel.subvolume(at: entry.path)
    let (new, _) = try part.topLevel.subvolume(entry.kept)
    try OwnState.carry(from: old, to: new, of: journal.session)
    onStep(.copied(entry.subvolume))
  }

  /// Takes away the copies of a rollback that cannot be; nothing has moved yet.
  private func withdraw() throws {
    guard try parts.allSatisfy({ try !$0.isExchanged() }) else { return }
    for part in parts { try part.removeCopy() }
    try RollbackJournal.remove(from: home)
  }
}

extension RollbackPlan.Part {
  func isExchanged() throws -> Bool {
    let (_, present) = try topLevel.subvolume(at: entry.path)
    if present.uuid.description == entry.replaced { return false }
    let (_, kept) = try topLevel.subvolume(entry.kept)
    guard kept.uuid.description == entry.replaced else {
      throw SnapshotError.unverified(
        FilePath(entry.kept), "another rollback or another hand came between")
    }
    return true
  }

  fileprivate func removeCopy() throws {
    guard let copy = try topLevel.root.opening(entry.kept) else { return }
    let snapshot = try place.existing?.opening(entry.snapshot).map { try Subvolume(at: $0) }
    guard try Subvolume(at: copy).parentUUID == snapshot?.uuid else {
      throw SnapshotError.unverified(FilePath(entry.kept), "not the copy this rollback makes")
    }
    try Subvolume.delete(entry.kept, in: topLevel.root)
  }

  /// `renameat2(2)` of the subvolume where it is, at the top level or within another one.
  fileprivate func exchange(_ onStep: (RollbackStep) -> Void) throws {
    try sync()
    guard let last = entry.path.lastComponent,
      let folder = try topLevel.root.beneath(entry.path.removingLastComponent())
    else { throw BtrfsError.missing(entry.path) }
    let rename = SubvolumeRename(
      kind: .exchange, from: (folder, FilePath(root: nil, [last])),
      to: (topLevel.root, FilePath(entry.kept)), point: try topLevel.mountPoint(on: entry.path))
    try rename.carryOut()
    try sync()
    onStep(.exchanged(entry.subvolume, kept: entry.kept))
  }

  fileprivate func sync() throws(BtrfsError) {
    try BtrfsError.check(topLevel.root.path, btrfs_util_sync_fd(topLevel.root.descriptor.rawValue))
  }
}
