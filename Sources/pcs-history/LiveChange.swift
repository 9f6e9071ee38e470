import Btrfs
import Glibc
import PCSCore
import SystemPackage

/// Whether somebody worked on this machine since a sync came here.
enum LiveChange {
  /// The subvolumes of which something changed since the post-sync snapshots of `record`, made on
  /// this machine.
  ///
  /// The subvolume of the root directory is left out: a running system always writes there. What a
  /// later sync wrote that did not complete is nobody's work; as long as its commit waits, its
  /// writes cannot be told from others, which the next sync finds as conflicts. Nor is it anybody's
  /// work that we brought a configuration or wrote a log. What was written a moment ago is brought
  /// to disk first: until then the tree that is searched does not know of it.
  static func subvolumes(since record: SessionRecord) throws -> [String] {
    let made = record.snapshots.filter {
      $0.kind == .postSync && $0.hostname == Machine.hostname
    }
    guard !made.isEmpty, try WaitingCommits().list().isEmpty else { return [] }
    let system = (try? FolderSubvolume(of: "/"))?.located.identity
    return try made.compactMap { snapshot in
      let live = try TopLevel(holding: snapshot).live(of: snapshot)
      let directory = live.root
      guard live.identity != system else { return nil }
      let then = try moment(of: snapshot)
      let moment = try lastCommit(to: snapshot.subvolume, since: then) ?? then
      let own = try OwnFiles.inodes(below: directory)
      try directory.syncFileSystem()
      let isChanged = try RecentInodes.exist(in: directory, after: moment) {
        own.contains($0.number)
      }
      return isChanged ? snapshot.subvolume : nil
    }
  }

  /// The moment after the last write of a sync to a subvolume: its record follows at once; nil when
  /// there was none since `then`.
  private static func lastCommit(
    to subvolume: String, since then: RecentInodes.Moment
  ) throws -> RecentInodes.Moment? {
    let sessions: [String]
    do { sessions = try DirectoryListing.names(of: Places.commitRecords) } catch {
      if error.errno == .noSuchFileOrDirectory { return nil }
      throw error
    }
    let moments = sessions.compactMap { session -> (Int64, UInt32)? in
      var status = stat()
      let record = Places.commitRecord(of: session, subvolume)
      guard record.withPlatformString({ lstat($0, &status) }) == 0 else { return nil }
      return (Int64(status.st_mtim.tv_sec), UInt32(status.st_mtim.tv_nsec) + 1)
    }
    guard let last = moments.max(by: <), last > (then.seconds, then.nanoseconds) else { return nil }
    return RecentInodes.Moment(
      generation: then.generation, seconds: last.0, nanoseconds: last.1)
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
