package import PCSCore
package import SystemPackage

extension RollbackPlan {
  /// What changed in a subvolume of the plan after the session, and goes aside with it.
  package struct LaterWork: Sendable, Equatable {
    package let subvolume: String
    /// The name of the replaced subvolume at the top level.
    package let kept: String
    package let paths: [FilePath]

    /// At most this many paths are looked for.
    static let limit = 10_000

    package var text: String {
      if paths.isEmpty { return "\(subvolume): nothing changed after the session" }
      let named = paths.prefix(5).map(\.string).joined(separator: ", ")
      let rest = paths.count > 5 ? " and \(paths.count - 5) more" : ""
      return "\(subvolume): \(named)\(rest) changed after the snapshot; that goes aside into"
        + " \(kept) at the top level, where only 'pcs-snapshot prune --rolledback' deletes it"
    }
  }

  /// The work since the post-sync snapshots among `snapshots`, or since the pre-sync ones where the
  /// session did not get that far.
  package func laterWork(_ snapshots: [Snapshot]) throws -> [LaterWork] {
    let ours = snapshots.filter { $0.sessionID == journal.session }
    return try journal.entries.compactMap { entry in
      let ofSubvolume = ours.filter { $0.subvolume == entry.subvolume }
      guard
        let snapshot = ofSubvolume.first(where: { $0.kind == .postSync })
          ?? ofSubvolume.min(by: { $0.generation < $1.generation })
      else { return nil }
      let (live, _) = try topLevel.subvolume(entry.subvolume)
      try live.syncFileSystem()
      let changes = try ChangedPaths(in: live, since: snapshot).list(atMost: LaterWork.limit)
      return LaterWork(
        subvolume: entry.subvolume, kept: entry.kept,
        paths: Set(changes.map(\.path.string)).sorted().map { FilePath($0) })
    }
  }
}
