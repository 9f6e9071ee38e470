import Btrfs
package import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// A private writable snapshot of the target's pre-sync snapshot, in a directory of root's alone
/// beside it: the network only ever writes there.
package struct StageSnapshot {
  /// Beside the pre-sync snapshot.
  package let path: FilePath
  private let parent: Directory
  private let name: String

  /// The stage of a subvolume, by its place among those of the session.
  package init(beside preSync: FilePath, session: String, index: Int) throws {
    path = Self.path(beside: preSync, session: session, index: index)
    name = path.lastComponent?.string ?? ""
    parent = try PrivatePlace.open(in: Directory(preSync.removingLastComponent()))
  }

  /// Where it lies.
  package static func path(beside preSync: FilePath, session: String, index: Int) -> FilePath {
    PrivatePlace.path(in: preSync.removingLastComponent()).appending("stage-\(session)-\(index)")
  }

  /// Opens it; where it is missing it is made, equal to `preSync`.
  package func open(from preSync: Directory) throws -> Directory {
    if let root = try parent.opening(name) { return root }
    try Subvolume.snapshot(preSync, in: parent, name, isReadOnly: false)
    guard let root = try parent.opening(name) else { throw BtrfsError.missing(path) }
    return root
  }

  package func remove() throws { try Subvolume.delete(name, in: parent) }

  /// Removes the stages that a sync which was ended left beside `preSync`, unless a commit still
  /// needs them, and those of `session`.
  static func removeUnfinished(
    beside preSync: FilePath, besidesThoseOf session: String? = nil, _ reporter: Reporter
  ) throws {
    let snapshots = try Directory(preSync.removingLastComponent())
    // Version 0.1 had them beside the snapshots themselves.
    for directory in [try PrivatePlace.ifPresent(in: snapshots), snapshots].compactMap({ $0 }) {
      let found = try list(in: directory).filter { $0.session != session }
      if found.isEmpty { continue }
      let needed = Set(try WaitingCommits().list().map(\.sessionID))
      for (name, session) in found where !needed.contains(session) {
        try Subvolume.delete(name, in: directory)
        reporter.log(.info, "Removed what session \(session) had left unfinished")
      }
    }
  }

  /// The stages that lie in `directory`, by the session that each was made for.
  package static func list(in directory: Directory) throws -> [(name: String, session: String)] {
    try directory.names().compactMap { name in
      let parts = name.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0] == "stage", SessionID.isValid(String(parts[1])),
        parts[2] == "settled" || Int(parts[2]) != nil
      else { return nil }
      return (name, String(parts[1]))
    }
  }
}
