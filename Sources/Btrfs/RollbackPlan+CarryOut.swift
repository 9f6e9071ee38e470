import CBtrfs
import CLinux
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
    if !isResumed { try journal.write(in: directory) }
    do {
      for entry in journal.entries where try !isExchanged(entry) { try prepare(entry, onStep) }
    } catch {
      try withdraw()
      throw error
    }
    for entry in journal.entries where try !isExchanged(entry) {
      try exchange(entry, onStep)
    }
    for entry in journal.entries { try moveNested(entry, onStep) }
  }

  /// Carries our own state over once more, what was written meanwhile included, and ends it.
  package func finish() throws {
    for entry in journal.entries {
      let (old, _) = try topLevel.subvolume(entry.kept)
      let (new, _) = try topLevel.subvolume(entry.subvolume)
      try OwnState.carry(from: old, to: new, of: journal.session)
    }
    try sync()
    try RollbackJournal.remove(from: directory)
  }

  func isExchanged(_ entry: RollbackJournal.Entry) throws -> Bool {
    let (_, present) = try topLevel.subvolume(entry.subvolume)
    if present.uuid.description == entry.replaced { return false }
    let (_, kept) = try topLevel.subvolume(entry.kept)
    guard kept.uuid.description == entry.replaced else {
      throw SnapshotError.unverified(
        FilePath(entry.kept), "another rollback or another hand came between")
    }
    return true
  }

  /// Makes the writable copy, under the name that the replaced one gets by the exchange.
  private func prepare(
    _ entry: RollbackJournal.Entry, _ onStep: (RollbackStep) -> Void
  ) throws {
    guard let source = try directory.existing?.opening(entry.snapshot) else {
      throw RollbackError.missingSnapshot(entry.subvolume, session: journal.session)
    }
    try removeCopy(entry)
    try Subvolume.snapshot(source, in: topLevel.root, entry.kept, isReadOnly: false)
    let (old, _) = try topLevel.subvolume(entry.subvolume)
    let (new, _) = try topLevel.subvolume(entry.kept)
    try OwnState.carry(from: old, to: new, of: journal.session)
    onStep(.copied(entry.subvolume))
  }

  /// Takes away the copies of a rollback that cannot be; nothing has moved yet.
  private func withdraw() throws {
    guard try journal.entries.allSatisfy({ try !isExchanged($0) }) else { return }
    for entry in journal.entries { try removeCopy(entry) }
    try RollbackJournal.remove(from: directory)
  }

  private func removeCopy(_ entry: RollbackJournal.Entry) throws {
    guard let copy = try topLevel.root.opening(entry.kept) else { return }
    let snapshot = try directory.existing?.opening(entry.snapshot).map { try Subvolume(at: $0) }
    guard try Subvolume(at: copy).parentUUID == snapshot?.uuid else {
      throw SnapshotError.unverified(FilePath(entry.kept), "not the copy this rollback makes")
    }
    try Subvolume.delete(entry.kept, in: topLevel.root)
  }

  private func exchange(
    _ entry: RollbackJournal.Entry, _ onStep: (RollbackStep) -> Void
  ) throws {
    try sync()
    let root = topLevel.root.descriptor.rawValue
    // RENAME_EXCHANGE
    try BtrfsError.check(
      FilePath(entry.subvolume), "cannot exchange",
      pcs_renameat2(root, entry.subvolume, root, entry.kept, 2))
    try sync()
    onStep(.exchanged(entry.subvolume, kept: entry.kept))
  }

  private func sync() throws(BtrfsError) {
    try BtrfsError.check(topLevel.root.path, btrfs_util_sync_fd(topLevel.root.descriptor.rawValue))
  }
}
