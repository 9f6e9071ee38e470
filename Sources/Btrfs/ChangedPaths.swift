package import FileTrees
import Glibc
package import PCSCore
package import SystemPackage

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
  /// Later syncs that did not complete wrote nothing after this time.
  private let lastCommit: (Int64, UInt32)?
  /// The inodes of configurations and logs.
  private let own: Set<UInt64>

  /// `later` are the ids of the sessions since.
  package init(
    in directory: Directory, since snapshot: Snapshot, later: [String] = []
  ) throws {
    self.directory = directory
    self.snapshot = snapshot
    let opened = try Directory.ifPresent(FilePath(snapshot.snapshotPath))
    before = try opened.flatMap {
      try Subvolume(at: $0).uuid.description == snapshot.uuid ? $0 : nil
    }
    lastCommit = Self.lastCommit(to: snapshot.subvolume, of: later)
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
    if let lastCommit, changed <= lastCommit { return false }
    guard let before else {
      return changed >= (snapshot.timestamp.milliseconds / 1000, 0)
    }
    guard let old = try RecentInodes.find(inode.number, in: before) else { return true }
    return changed != (old.seconds, old.nanoseconds) || inode.mode != old.mode
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
    let gone = Set(try old.entries()).subtracting(try live.entries()).map { name in
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

  /// The time right after the last write of one of these sessions: its record follows at once.
  private static func lastCommit(
    to subvolume: String, of sessions: [String]
  ) -> (Int64, UInt32)? {
    sessions.compactMap { session in
      var status = stat()
      let record = Places.commitRecord(of: session, subvolume)
      guard record.withPlatformString({ lstat($0, &status) }) == 0 else { return nil }
      return (Int64(status.st_mtim.tv_sec), UInt32(status.st_mtim.tv_nsec))
    }.max { $0 < $1 }
  }
}
