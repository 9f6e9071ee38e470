import Btrfs
import FileTrees
import Glibc
import LiveCommit
import PCSCore
import SystemPackage
import UserData

/// What was changed on this machine since a sync came here.
struct LiveChange {
  /// More changes than this are not looked for: what closes a gate is named by five.
  private static let limit = 100_000

  /// The history of this machine.
  let records: [SessionRecord]
  /// nil where every change counts.
  let synced: SyncedPaths?

  /// The paths that a sync would touch and that changed since the post-sync snapshots of `record`,
  /// made on this machine.
  ///
  /// What a later sync wrote that did not complete is no user's change; as long as its commit is
  /// incomplete, its writes cannot be told from others, which the next sync finds as conflicts. What
  /// was written a moment ago is brought to disk first: until then the tree does not have it.
  ///
  /// Where a later session brought this machine's files back and failed after that, its pre-sync
  /// snapshots count in their place.
  func since(_ record: SessionRecord) throws -> SyncGate.Changes {
    if let back = records.last(where: { $0.hasBroughtBack(after: record) }) {
      let made = back.snapshots.filter { $0.kind == .preSync && $0.hostname == Machine.hostname }
      if !made.isEmpty { return try since(back, made) }
    }
    let made = record.snapshots.filter {
      $0.kind == .postSync && $0.hostname == Machine.hostname
    }
    return try since(record, made)
  }

  private func since(
    _ record: SessionRecord, _ made: [Snapshot]
  ) throws -> SyncGate.Changes {
    var changes = SyncGate.Changes.none
    guard !made.isEmpty, try WaitingCommits().list().isEmpty else { return changes }
    let system = (try? FolderSubvolume(of: "/"))?.located.identity
    let later = records.filter { record.order < $0.order }.map(\.session.id)
    for snapshot in made {
      let live = try TopLevel(holding: snapshot).live(of: snapshot)
      // A running system always writes to its root: without rules nothing there is anyone's work.
      if synced == nil, live.identity == system { continue }
      let directory = live.root
      let place = try live.visiblePlace()
      let before = try Directory.ifPresent(FilePath(snapshot.snapshotPath)).map { EntryTree($0) }
      try directory.syncFileSystem()
      let syncs = try CommitRecords(of: later, snapshot.subvolume)
      let changed = try ChangedPaths(in: directory, since: snapshot, besides: syncs)
        .list(atMost: Self.limit) { path, isDirectory in
          // What a sync prepared that was cut is nobody's work.
          if PreparationDirectory.holds(path) { return false }
          guard let synced else { return true }
          guard let place else { return true }
          let shown = place.pushing(path)
          if let revision = synced.snapRevision(of: shown) {
            // A sync leaves a revision that the other machine does not have, and what refreshed the
            // snap was not a user.
            guard revision.lastComponent?.string != SnapApp.link,
              let inside = revision.relative(to: place), try before?.entry(at: inside) != nil
            else { return false }
          }
          return try synced.contains(shown, isDirectory: isDirectory)
        }
      let shown = place ?? FilePath(snapshot.subvolume)
      changes.paths += changed.map { shown.pushing($0.path).string }
      changes.latest = ([changes.latest] + changed.map(\.moment)).compactMap { $0 }.max()
    }
    changes.paths = Set(changes.paths).sorted()
    return changes
  }
}

extension SessionRecord {
  /// Whether this machine was the source of the session, which came after `record` with the same
  /// peer, and its files arrived though the session failed of something else.
  fileprivate func hasBroughtBack(after record: SessionRecord) -> Bool {
    role == .source && peer.machineID == record.peer.machineID && record.order < order
      && hasWritten == true && !isRolledBack
      && modules[UserDataMemory.module]?.result == .success
  }
}
