import FoundationEssentials
package import PCSCore
package import SystemPackage

/// What the source asks the target about its folders, all at once and first of all.
package struct LookRequest: Codable, Sendable {
  /// What is asked about one folder.
  package struct Folder: Codable, Sendable {
    private var bytes: Data
    private var soughtBytes: [Data]
    /// nil when everything is compared.
    package var base: FolderBase?

    package var path: FilePath { FilePath(bytes: bytes) }
    /// Paths of which the entries are wanted, changed or not.
    package var sought: [FilePath] { soughtBytes.map { FilePath(bytes: $0) } }

    package init(_ path: FilePath, base: FolderBase?, sought: [FilePath] = []) {
      bytes = Data(path.bytes)
      self.base = base
      soughtBytes = sought.map { Data($0.bytes) }
    }
  }

  /// The pre-sync snapshots of the session, of both machines.
  package var snapshots: [Snapshot]
  package var folders: [Folder]

  package init(snapshots: [Snapshot], folders: [Folder]) {
    self.snapshots = snapshots
    self.folders = folders
  }
}
