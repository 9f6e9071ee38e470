package import SystemPackage

/// Decides which data of snaps in `~/snap` a sync leaves alone on both machines.
///
/// snapd makes the data of a revision from that of the one before when it refreshes a snap: of a
/// revision that the target does not run nothing there would ever read the data.
package enum SnapRevisions {
  /// The paths that are left, relative to the folder: every revision but the one that the target
  /// runs, which comes over if the source has it, and the link `current` unless it names that one.
  package static func left(source: SnapSurvey, target: SnapSurvey) -> [FilePath] {
    let directories = Set((source.apps + target.apps).map(\.directory))
    return directories.sorted { $0.string < $1.string }.flatMap { directory -> [FilePath] in
      let (here, there) = (source[directory], target[directory])
      guard isSnap(here, source) || isSnap(there, target) else { return [] }
      let synced = synced(here, there, source, target)
      var left = (here?.revisions ?? []).union(there?.revisions ?? [])
      if let synced { left.remove(synced) }
      if synced == nil || here?.current != synced { left.insert(SnapApp.link) }
      return left.sorted().map { directory.appending($0) }
    }
  }

  /// Whether a path may be one of those, by its names.
  package static func mayBeLeft(_ path: FilePath) -> Bool {
    let names = path.components.suffix(3).map(\.string)
    guard let last = names.last, last == SnapApp.link || SnapApp.isRevision(last) else {
      return false
    }
    // A folder may be the home, or what is called `snap` in it.
    return names.count < 3 || names[0] == "snap"
  }

  /// Whether a directory is that of a snap, and not one of somebody who collects numbers.
  private static func isSnap(_ app: SnapApp?, _ machine: SnapSurvey) -> Bool {
    guard let app else { return false }
    return app.current != nil || app.name.map { machine.running[$0] != nil } ?? false
  }

  /// The revision that comes over.
  private static func synced(
    _ here: SnapApp?, _ there: SnapApp?, _ source: SnapSurvey, _ target: SnapSurvey
  ) -> String? {
    guard let here, let name = here.name else { return nil }
    if let running = target.running[name] {
      return here.revisions.contains(running) ? running : nil
    }
    // With snapd, but without the snap, a link is left of another time.
    let own = target.running.isEmpty ? there?.current : nil
    return [own, source.running[name] ?? here.current].compactMap { $0 }
      .first(where: here.revisions.contains)
  }
}
