package import FileTrees
import Glibc
package import PCSCore
package import SystemPackage

/// What syncs have written to a subvolume themselves.
package protocol SyncWrites {
  /// Whether an inode is as a sync left it; `directory` is the number of one that it has a name in,
  /// nil to ask without.
  func haveWritten(_ inode: UInt64, _ changed: FileTime, in directory: UInt64?) throws -> Bool

  /// Whether a sync has deleted what was at a path of the subvolume.
  func haveDeleted(_ path: FilePath) throws -> Bool
}

/// The paths of a subvolume that changed since a snapshot of it, found in O(changes) and without a
/// new snapshot.
package struct ChangedPaths {
  package struct Change: Sendable, Equatable {
    /// From the root of the subvolume.
    package let path: FilePath
    /// When the inode, or the directory that the path is gone from, was changed.
    package let moment: Timestamp
  }

  private let directory: Directory
  private let snapshot: Snapshot
  /// The snapshot's root while it exists unchanged.
  private let before: Directory?
  private let syncs: (any SyncWrites)?
  /// The inodes of configurations and logs.
  private let own: Set<UInt64>

  /// `syncs` tells what syncs since have written, which counts as no change.
  package init(
    in directory: Directory, since snapshot: Snapshot, besides syncs: (any SyncWrites)? = nil
  ) throws {
    self.directory = directory
    self.snapshot = snapshot
    let opened = try Directory.ifPresent(FilePath(snapshot.snapshotPath))
    before = try opened.flatMap {
      try Subvolume(at: $0).uuid.description == snapshot.uuid ? $0 : nil
    }
    self.syncs = syncs
    own = try OwnFiles.inodes(below: directory)
  }

  /// The changed paths for which `counts` is true.
  package func list(
    atMost limit: Int, _ counts: (FilePath, _ isDirectory: Bool) throws -> Bool = { _, _ in true }
  ) throws -> [Change] {
    let inodes = try RecentInodes.list(
      in: directory, afterGeneration: snapshot.generation, limit: limit)
    var found: [Change] = []
    for inode in inodes where try !own.contains(inode.number) && isChanged(inode) {
      let moment = Timestamp(
        milliseconds: inode.seconds * 1000 + Int64(inode.nanoseconds) / 1_000_000)
      for (path, isDirectory) in try paths(of: inode) where try counts(path, isDirectory) {
        found.append(Change(path: path, moment: moment))
      }
    }
    return found
  }

  /// Whether the inode changed; reading it sets the access time and no change time.
  private func isChanged(_ inode: RecentInodes.Inode) throws -> Bool {
    let changed = (inode.seconds, inode.nanoseconds)
    guard let before else {
      return try changed >= (snapshot.timestamp.milliseconds / 1000, 0) && !isWrittenBySync(inode)
    }
    let old = try RecentInodes.find(inode.number, in: before)
    if let old, changed == (old.seconds, old.nanoseconds), inode.mode == old.mode { return false }
    return try !isWrittenBySync(inode)
  }

  private func isWrittenBySync(_ inode: RecentInodes.Inode) throws -> Bool {
    guard let syncs else { return false }
    let changed = FileTime(seconds: inode.seconds, nanoseconds: inode.nanoseconds)
    if try syncs.haveWritten(inode.number, changed, in: nil) { return true }
    return try InodeNames.of(inode.number, in: directory).contains {
      try syncs.haveWritten(inode.number, changed, in: $0.directory)
    }
  }

  /// The changed paths behind a changed inode.
  ///
  /// They are its own; for a directory also the entries that are gone. A new entry is an inode that
  /// changed itself.
  private func paths(of inode: RecentInodes.Inode) throws -> [(FilePath, isDirectory: Bool)] {
    guard inode.mode & S_IFMT == S_IFDIR else {
      return try names(of: inode.number, in: directory).map { ($0, false) }
    }
    guard let path = try names(of: inode.number, in: directory).first else { return [] }
    guard let before, let live = try directory.beneath(path),
      let place = try names(of: inode.number, in: before).first,
      let old = try before.beneath(place)
    else { return [(path, true)] }
    let (now, then) = try (live.status, old.status)
    // Commits make and remove a directory at the top, which keeps its time of modification.
    let hasAttributesAlone = !path.isEmpty && isSame(now.st_mtim, then.st_mtim)
    let isOther =
      try path != place || hasAttributesAlone
      || !EntryHandle(live).read().isLike(EntryHandle(old).read())
    let gone = try Set(try old.entries()).subtracting(try live.entries()).filter { name in
      try syncs?.haveDeleted(path.pushing(name)) != true
    }.map { name in
      (path.pushing(name), isDirectory: ((try? old.beneath(name)) ?? nil) != nil)
    }
    return (isOther ? [(path, true)] : []) + gone
  }

  /// Whether the entries are the same although the inode changed: then its attributes did.
  private func isSame(_ left: timespec, _ right: timespec) -> Bool {
    (left.tv_sec, left.tv_nsec) == (right.tv_sec, right.tv_nsec)
  }

  /// The paths of an inode; none where it is the root, or has gone meanwhile.
  private func names(of number: UInt64, in root: Directory) throws -> [FilePath] {
    if number == 256 { return [""] }  // BTRFS_FIRST_FREE_OBJECTID
    do {
      return try InodeNames.paths(of: number, in: root)
    } catch {
      if case .failed(_, _, .noSuchFileOrDirectory) = error { return [] }
      throw error
    }
  }
}
