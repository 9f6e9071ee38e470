import FoundationEssentials
package import PCSCore
package import SystemPackage

/// Files of the target's pre-sync snapshot of which the source wants to know the content.
package struct DigestRequest: Codable, Sendable {
  private var folderBytes: Data
  private var pathBytes: [Data]
  /// The pre-sync snapshots of the session, of both machines.
  package var snapshots: [Snapshot]

  package var folder: FilePath { FilePath(bytes: folderBytes) }
  /// Relative to the folder.
  package var paths: [FilePath] { pathBytes.map { FilePath(bytes: $0) } }

  package init(folder: FilePath, paths: [FilePath], snapshots: [Snapshot]) {
    folderBytes = Data(folder.bytes)
    pathBytes = paths.map { Data($0.bytes) }
    self.snapshots = snapshots
  }
}
