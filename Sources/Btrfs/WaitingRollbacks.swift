import FileTrees
import PCSCore

/// The rollbacks on this machine that have not come to their end.
package enum WaitingRollbacks {
  /// The rollbacks that are unfinished or wait for a remount or reboot, on the file systems of the
  /// snapshot directories.
  package static func list(_ places: [SnapshotDirectory]) throws -> [RollbackError] {
    var waiting: [RollbackError] = []
    var seen: Set<UUID> = []
    for place in places
    where try FileSystem.isBtrfs(place.nearest.descriptor, place.nearest.path) {
      let topLevel = try TopLevel(of: place.nearest)
      if seen.insert(topLevel.fileSystem.id).inserted {
        let mounted = try MountTable.subvolumes(of: topLevel.fileSystem.id)
        waiting += try topLevel.waitingRollbacks(mounted).map { .waits($0, $1) }
      }
      if let journal = try RollbackJournal.read(in: place) {
        waiting.append(.unfinished(journal.session))
      }
    }
    return waiting
  }
}
