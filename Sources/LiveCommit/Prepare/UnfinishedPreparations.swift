import Btrfs
package import FileTrees
import FoundationEssentials
import Glibc
package import PCSCore
package import SystemPackage

/// The notes of preparations under way, a file for each session in the directory of the waiting
/// commits.
///
/// By its note a preparation is found again when its session ended before the commit.
package struct UnfinishedPreparations {
  private let commits: WaitingCommits

  package init(_ commits: WaitingCommits = WaitingCommits()) {
    self.commits = commits
  }

  /// Notes that `session` prepares something in the subvolumes of these snapshots.
  package func begin(_ session: String, _ snapshots: [FilePath]) throws {
    try commits.prepare()
    let paths = snapshots.map { Data($0.bytes) }
    try Durable.replace(
      commits.preparation(of: session), with: Array(try JSON.encoder.encode(paths)))
  }

  /// Forgets a session of which nothing is left; that of a commit goes with its journal.
  package func end(_ session: String) {
    for path in [commits.preparation(of: session), commits.received(by: session)] {
      _ = path.withPlatformString { unlink($0) }
    }
  }

  /// Removes the preparations of sessions that have ended, and logs each.
  ///
  /// A preparation that a later sync can reuse is removed only if `isRemoved` says so. If its
  /// pre-sync snapshot is gone it is not found here, but by the next sync of its subvolume.
  package func removeAll(
    _ reporter: Reporter, _ isRemoved: (Receipt) -> Bool = { _ in false }
  ) throws {
    let waiting = Set(try commits.list().map(\.sessionID))
    for session in try sessions() where !waiting.contains(session) {
      var isLeft = false
      for snapshot in try snapshots(of: session) {
        guard let preSync = try Directory.ifPresent(snapshot),
          let live = try TopLevel(of: preSync, for: .writing).origin(of: preSync)
        else {
          isLeft = isLeft || commits.transfer(session) != nil
          continue
        }
        try PreparationDirectory.restoreNames(commits.transfers(), in: live.root)
        // No sync writes to a subvolume that a rollback has put aside.
        let isAside = RolledBackName(live.name) != nil
        try remove(in: live.root, besidesThoseOf: waiting, reporter) { isAside || isRemoved($0) }
        isLeft =
          try isLeft || PreparationDirectory(live.root, ifPresent: session) != nil
      }
      if !isLeft { end(session) }
    }
  }

  /// Removes the preparations in a live subvolume, with or without a note.
  package func remove(in live: Directory, _ reporter: Reporter) throws {
    let waiting = Set(try commits.list().map(\.sessionID))
    try PreparationDirectory.restoreNames(commits.transfers(), in: live)
    try remove(in: live, besidesThoseOf: waiting, reporter) { _ in false }
  }

  private func remove(
    in live: Directory, besidesThoseOf waiting: Set<String>, _ reporter: Reporter,
    _ isRemoved: (Receipt) -> Bool
  ) throws {
    let removed = try PreparationDirectory.removeUnfinished(
      in: live, besidesThoseOf: waiting, isRemoved)
    for (session, reason) in removed {
      end(session)
      let reason = reason.map { ": \($0)" } ?? ""
      reporter.log(.info, "Removed what session \(session) had prepared and not committed\(reason)")
    }
  }

  private func sessions() throws(FileError) -> [String] {
    do throws(FileError) {
      return try DirectoryListing.names(of: commits.directory).filter {
        $0.hasSuffix(WaitingCommits.preparing)
      }
      .map { String($0.dropLast(WaitingCommits.preparing.count)) }.filter(SessionID.isValid)
    } catch {
      if error.errno == .noSuchFileOrDirectory { return [] }
      throw error
    }
  }

  private func snapshots(of session: String) throws -> [FilePath] {
    let bytes = try FileContent.readRegular(commits.preparation(of: session), followingLinks: false)
    return try JSONDecoder().decode([Data].self, from: Data(bytes)).map { FilePath(bytes: $0) }
  }
}
