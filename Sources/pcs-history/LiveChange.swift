import Btrfs
import PCSCore
import SystemPackage

/// Whether somebody worked on this machine since a sync came here.
enum LiveChange {
  /// The subvolumes of which something changed since the post-sync snapshots of `record`, made on
  /// this machine.
  ///
  /// The subvolume of the root directory is left out: a running system always writes there.
  static func subvolumes(since record: SessionRecord) throws -> [String] {
    let made = record.snapshots.filter {
      $0.kind == .postSync && $0.hostname == Machine.hostname
    }
    guard !made.isEmpty else { return [] }
    let root = try Directory("/")
    let topLevel = try TopLevel(of: root)
    let rootID = try Subvolume.id(holding: root)
    return try made.compactMap { snapshot in
      let (directory, subvolume) = try topLevel.subvolume(snapshot.subvolume)
      guard subvolume.id != rootID else { return nil }
      return try RecentInodes.exist(in: directory, after: moment(of: snapshot))
        ? snapshot.subvolume : nil
    }
  }

  /// When the snapshot was made: to the nanosecond while it exists, else to the second.
  private static func moment(of snapshot: Snapshot) throws -> RecentInodes.Moment {
    if let directory = try Directory.ifPresent(FilePath(snapshot.snapshotPath)) {
      let made = try Subvolume(at: directory)
      if made.uuid.description == snapshot.uuid {
        return RecentInodes.Moment(
          generation: snapshot.generation, seconds: made.creation,
          nanoseconds: made.creationNanoseconds)
      }
    }
    return RecentInodes.Moment(
      generation: snapshot.generation, seconds: snapshot.timestamp.milliseconds / 1000,
      nanoseconds: 0)
  }
}
