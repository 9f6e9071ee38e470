import PCSCore
package import SystemPackage

/// The rollbacks on one file system that have not come to their end.
package enum WaitingRollbacks {
  /// What is unfinished, and what waits for its remount or reboot, near the snapshot directory at
  /// `path`.
  package static func list(near path: FilePath) throws -> [RollbackError] {
    let place = try SnapshotDirectory(path)
    guard try FileSystem.isBtrfs(place.nearest.descriptor, place.nearest.path) else { return [] }
    let topLevel = try TopLevel(of: place.nearest)
    let mounted = try MountTable.subvolumes(of: topLevel.fileSystem.id)
    let waiting = try topLevel.waitingRollbacks(mounted).map { kept, place in
      RollbackError.waits(kept, place)
    }
    let unfinished = try RollbackJournal.read(in: place).map {
      RollbackError.unfinished($0.session)
    }
    return waiting + (unfinished.map { [$0] } ?? [])
  }
}
