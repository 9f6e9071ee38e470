import FoundationEssentials
import PCSCore
package import SystemPackage

/// What the target is to bring into the live trees, all folders at once.
package struct StagedCommit: Codable, Sendable {
  /// One folder, and the place of its subvolume among those of the session.
  package struct Folder: Codable, Sendable {
    private var bytes: Data
    package var stage: Int

    package var path: FilePath { FilePath(bytes: bytes) }

    package init(_ path: FilePath, stage: Int) {
      bytes = Data(path.bytes)
      self.stage = stage
    }
  }

  package var folders: [Folder]

  package init(folders: [Folder]) {
    self.folders = folders
  }
}
