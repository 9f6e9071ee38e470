import FoundationEssentials
package import PCSCore
package import SystemPackage

/// What the target is to bring into the live trees, all folders at once.
package struct StagedCommit: Codable, Sendable {
  /// One folder, and the place of its subvolume among those of the session.
  package struct Folder: Codable, Sendable {
    private var bytes: Data
    package var stage: Int
    /// Whether everything was compared: then nothing is known of conflicts.
    package var isFull: Bool

    package var path: FilePath { FilePath(bytes: bytes) }

    package init(_ path: FilePath, stage: Int, isFull: Bool = false) {
      self.isFull = isFull
      bytes = Data(path.bytes)
      self.stage = stage
    }
  }

  package var folders: [Folder]
  /// What a folder of the target that was compared in full has from after this moment is kept beside what takes its place.
  package var keepNewerThan: Timestamp?

  package init(folders: [Folder], keepNewerThan: Timestamp?) {
    self.folders = folders
    self.keepNewerThan = keepNewerThan
  }
}
