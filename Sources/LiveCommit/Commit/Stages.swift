import Btrfs
package import FileTrees
package import PCSCore
import SystemPackage

/// The stages in the directory of root's alone beside the pre-sync snapshots: goals of commits, and
/// snapshots for a `Settlement`.
package enum Stages {
  /// Removes those that a sync which was ended left beside `preSync`, unless a commit still needs
  /// them.
  package static func removeUnfinished(beside preSync: Directory, _ reporter: Reporter) throws {
    let snapshots = try Directory(preSync.path.removingLastComponent())
    // Version 0.1 had them beside the snapshots themselves.
    for directory in [try PrivatePlace.ifPresent(in: snapshots), snapshots].compactMap({ $0 }) {
      let found = try list(in: directory)
      if found.isEmpty { continue }
      let needed = Set(try WaitingCommits().list().map(\.sessionID))
      for (name, session) in found where !needed.contains(session) {
        try Subvolume.delete(name, in: directory)
        reporter.log(.info, "Removed what session \(session) had left unfinished")
      }
    }
  }

  /// The stages that lie in `directory`, by the session that each was made for.
  private static func list(in directory: Directory) throws -> [(name: String, session: String)] {
    try directory.names().compactMap { name in
      let parts = name.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0] == "stage", SessionID.isValid(String(parts[1])),
        parts[2] == "settled" || Int(parts[2]) != nil
      else { return nil }
      return (name, String(parts[1]))
    }
  }
}
