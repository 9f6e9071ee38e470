import FileTrees
package import PCSCore
package import SystemPackage

extension RollbackPlan {
  /// The changes in a subvolume of the plan since the session, which a rollback puts aside.
  package struct LaterWork: Sendable, Equatable {
    package let subvolume: String
    package let kind: Snapshot.Kind
    package let paths: [FilePath]
    /// Whether there may be more than `paths`.
    package let isCut: Bool

    /// At most this many changes are looked for.
    static let limit = 10_000

    /// The names of at most five paths, and the place to which they go.
    package var text: String {
      let since = kind == .postSync ? "after the sync" : "since the sync began"
      if paths.isEmpty { return "\(subvolume): nothing changed \(since)" }
      let named = paths.prefix(5).map { WirePath($0).text }.joined(separator: ", ")
      let count = paths.count - 5
      let rest = count > 0 ? " and \(isCut ? "more than " : "")\(count) more" : ""
      return "\(subvolume): \(named)\(rest) changed \(since), and would go aside into"
        + " \(subvolume)-rolledback-… at the top level, where only"
        + " 'pcs-snapshot prune --rolledback' deletes it"
    }
  }

  /// The changes since the post-sync snapshots, or since the pre-sync ones where the session did not
  /// get that far; then what it wrote itself is among them.
  package func laterWork() throws -> [LaterWork] {
    try parts.map { part in
      let ours = try SnapshotList.read(part.place).filter {
        $0.sessionID == journal.session && $0.subvolume == part.entry.subvolume
      }
      guard
        let snapshot = ours.first(where: { $0.kind == .postSync })
          ?? ours.min(by: { $0.generation < $1.generation })
      else {
        throw RollbackError.missingSnapshot(part.entry.subvolume, session: journal.session)
      }
      let (live, _) = try part.topLevel.subvolume(at: part.entry.path)
      try live.syncFileSystem()
      let changes = try ChangedPaths(in: live, since: snapshot).list(atMost: LaterWork.limit)
      return LaterWork(
        subvolume: part.entry.subvolume, kind: snapshot.kind,
        paths: Set(changes.map(\.path)).sorted { $0.string < $1.string },
        isCut: changes.count >= LaterWork.limit)
    }
  }
}
