import PCSCore
import SystemPackage

/// What sessions that did not complete brought here from the target of now.
///
/// They took no snapshot after the sync, so no snapshot of this machine shows what it had before it
/// changed that: the target's version of then is known by the record of the commit here, and by the
/// snapshot that was sent there.
struct IncompleteArrivals {
  let here: FolderHere
  let target: TargetConversation

  /// The paths of which the target's version is the one that came here.
  func known(among paths: [FilePath]) throws -> Set<FilePath> {
    guard let base = here.base, !paths.isEmpty else { return [] }
    var known: Set<FilePath> = []
    for (session, record) in try base.incompleteArrivals(of: here.subvolume) {
      let brought = try paths.filter {
        try !known.contains($0) && record.hasWritten(here.inside.pushing($0))
      }
      if brought.isEmpty { continue }
      let changed = try target.changes(CompareRequest(here.path, base: session, paths: brought))
      guard let changed else { continue }
      known.formUnion(brought.filter { changed[$0] == nil })
    }
    return known
  }
}
