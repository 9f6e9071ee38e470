import FoundationEssentials
package import PCSCore
package import SystemPackage

/// What the source asks the target about its folders, all at once.
package struct LookRequest: Codable, Sendable {
  /// What is asked about one folder.
  package struct Folder: Codable, Sendable {
    private var bytes: Data
    private var listedBytes: [Data]
    private var soughtBytes: [Data]
    private var probedBytes: [Data]
    /// nil when everything is compared.
    package var base: FolderBase?

    package var path: FilePath { FilePath(bytes: bytes) }
    /// Directories of which the names of everything below are wanted.
    package var listed: [FilePath] { listedBytes.map { FilePath(bytes: $0) } }
    /// Paths of which the entries are wanted, changed or not.
    package var sought: [FilePath] { soughtBytes.map { FilePath(bytes: $0) } }
    /// Paths of which is wanted whether anything is there.
    package var probed: [FilePath] { probedBytes.map { FilePath(bytes: $0) } }

    package init(
      _ path: FilePath, base: FolderBase?, listed: [FilePath] = [], sought: [FilePath] = [],
      probed: [FilePath] = []
    ) {
      bytes = Data(path.bytes)
      self.base = base
      listedBytes = listed.map { Data($0.bytes) }
      soughtBytes = sought.map { Data($0.bytes) }
      probedBytes = probed.map { Data($0.bytes) }
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
