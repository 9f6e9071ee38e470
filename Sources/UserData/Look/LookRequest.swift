package import Btrfs
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

  package var session: String
  /// The pre-sync snapshots of the session, of both machines.
  package var snapshots: [Snapshot]
  package var folders: [Folder]

  package init(session: String, snapshots: [Snapshot], folders: [Folder]) {
    self.session = session
    self.snapshots = snapshots
    self.folders = folders
  }

  /// This machine's snapshot of a subvolume in this session.
  package func snapshot(of subvolume: FilePath) throws -> Directory? {
    for snapshot in snapshots
    where snapshot.kind == .preSync && snapshot.subvolume == subvolume.string {
      if let found = try snapshot.opened() { return found }
    }
    return nil
  }
}
