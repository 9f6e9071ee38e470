import FileTrees
import FoundationEssentials
import LiveCommit
package import PCSCore
package import SystemPackage

/// Asks the target which paths are databases or stores there, and for the files of each.
package struct UnitRequest: Codable, Sendable {
  private var folderBytes: Data
  private var databaseBytes: [Data]
  private var storeBytes: [Data]
  /// The pre-sync snapshots of the session, of both machines; empty for the live folder.
  package var snapshots: [Snapshot]

  package var folder: FilePath { FilePath(bytes: folderBytes) }
  /// Relative to the folder.
  package var databases: [FilePath] { databaseBytes.map { FilePath(bytes: $0) } }
  package var stores: [FilePath] { storeBytes.map { FilePath(bytes: $0) } }

  package init(
    folder: FilePath, databases: [FilePath], stores: [FilePath], snapshots: [Snapshot]
  ) {
    folderBytes = Data(folder.bytes)
    databaseBytes = databases.map { Data($0.bytes) }
    storeBytes = stores.map { Data($0.bytes) }
    self.snapshots = snapshots
  }

  /// Passes the files of each unit as `sought`; nothing for what is no unit.
  package func answer(_ answer: (LookReply) throws -> Void) throws {
    let tree = EntryTree(try FolderView(folder, asked: snapshots).folder)
    try Self.answer(databases, stores, tree, answer)
  }

  static func answer(
    _ databases: [FilePath], _ stores: [FilePath], _ tree: EntryTree,
    _ answer: (LookReply) throws -> Void
  ) throws {
    let search = UnitSearch(tree)
    for path in databases where try search.isDatabase(path) {
      for member in [path] + (try search.companions(of: path)) {
        try answer(.sought(member, tree.entry(at: member)))
      }
    }
    for directory in stores where try search.isStore(directory) {
      for member in try search.members(of: directory) {
        try answer(.sought(member, tree.entry(at: member)))
      }
    }
  }
}
