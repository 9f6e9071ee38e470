import FileTrees
import PCSCore
import SystemPackage

extension CommitRun {
  /// What became of an attempt to take something out of its place.
  enum Taking: Equatable {
    /// It lies in the preparation directory, as it was.
    case done
    /// Somebody has changed it, and it is in its place.
    case left
    /// It is in its place, and a program has it open for writing.
    case open
    /// Nothing is in its place.
    case gone
    /// Somebody has changed it, and it could not be put back: it lies in the preparation directory.
    case astray
    case refused(Errno)
  }

  /// Moves `handle`, which was read as `expected`, into the preparation directory as `name`, and
  /// back if it is not what was expected, or a program waits to write to it.
  ///
  /// The order decides: once the lease is held no program begins to write; what one has written
  /// before shows in the comparisons; who waits for the lease finds the file in its place again.
  func take(
    _ handle: EntryHandle, _ expected: Entry, _ name: FilePath, _ lease: ReadLease?,
    away: () -> Errno?, back: () -> Errno?
  ) throws -> Taking {
    guard try handle.read().isUntouched(since: expected) else { return .left }
    switch away() {
    case nil: break
    case .noSuchFileOrDirectory?: return .gone
    case let error?: return .refused(error)
    }
    let entry = try EntryHandle(name, in: preparation.directory)?.read()
    if let entry, entry.isStill(expected), lease?.isUnbroken ?? true {
      ledger.ownChanges[entry.inode] = entry.changed
      return .done
    }
    if back() != nil { return .astray }
    return entry?.isStill(expected) == true ? .open : .left
  }
}
