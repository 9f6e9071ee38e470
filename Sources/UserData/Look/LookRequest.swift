import FoundationEssentials
package import PCSCore
package import SystemPackage

/// What the source asks the target about its folders, all at once and first of all.
package struct LookRequest: Codable, Sendable {
  /// What is asked about one folder.
  package struct Folder: Codable, Sendable {
    private var bytes: Data
    private var soughtBytes: [Data]
    /// nil when the source knows of none.
    package var base: FolderBase?
    /// Whether the target compares with its own last session with any machine: with a source that
    /// it was never synced with.
    package var isFirst: Bool

    package var path: FilePath { FilePath(bytes: bytes) }
    /// Paths of which the entries are wanted, changed or not.
    package var sought: [FilePath] { soughtBytes.map { FilePath(bytes: $0) } }

    package init(
      _ path: FilePath, base: FolderBase?, isFirst: Bool = false, sought: [FilePath] = []
    ) {
      bytes = Data(path.bytes)
      self.base = base
      self.isFirst = isFirst
      soughtBytes = sought.map { Data($0.bytes) }
    }
  }

  /// The pre-sync snapshots of the session, of both machines; empty for the live folders.
  package var snapshots: [Snapshot]
  package var folders: [Folder]

  package init(snapshots: [Snapshot], folders: [Folder]) {
    self.snapshots = snapshots
    self.folders = folders
  }
}
