import FileTrees
import FoundationEssentials
package import PCSCore
package import SystemPackage

/// Asks the target for the entries of some directories of a folder.
package struct ListRequest: Codable, Sendable {
  private var folderBytes: Data
  private var directoryBytes: [Data]
  /// The pre-sync snapshots of the session, of both machines; empty for the live folder.
  package var snapshots: [Snapshot]

  package var folder: FilePath { FilePath(bytes: folderBytes) }
  /// Relative to the folder.
  package var directories: [FilePath] { directoryBytes.map { FilePath(bytes: $0) } }

  package init(folder: FilePath, directories: [FilePath], snapshots: [Snapshot]) {
    folderBytes = Data(folder.bytes)
    directoryBytes = directories.map { Data($0.bytes) }
    self.snapshots = snapshots
  }

  /// Passes each directory as `listing`, then as `sought` itself, under an empty name, and each entry
  /// of it by its name, in the order of the names' bytes.
  ///
  /// A directory that is not there has no entries.
  package func answer(_ answer: (LookReply) throws -> Void) throws {
    let tree = try FolderView(folder, asked: snapshots).tree
    try Self.list(directories, of: tree, answer)
  }

  static func list(
    _ directories: [FilePath], of tree: EntryTree, _ answer: (LookReply) throws -> Void
  ) throws {
    for directory in directories {
      try answer(.listing(directory))
      try answer(.sought("", tree.entry(at: directory)))
      var entries = try tree.entries(in: directory, byName: true)
      while let next = try entries.next() { try answer(.sought(next.name, next.entry)) }
    }
  }
}
