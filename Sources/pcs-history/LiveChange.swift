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
      let moment = RecentInodes.Moment(
        generation: snapshot.generation,
        // The name of a snapshot knows seconds only: what was written in the same one was there.
        seconds: snapshot.timestamp.milliseconds / 1000 + 1, nanoseconds: 0)
      return try RecentInodes.exist(in: directory, after: moment) ? snapshot.subvolume : nil
    }
  }
}
