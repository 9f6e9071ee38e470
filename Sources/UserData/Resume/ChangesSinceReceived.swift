import Btrfs
package import FileTrees
package import LiveCommit
import PCSCore
package import SystemPackage

/// How a folder of the source changed since the snapshot that an interrupted sync read.
package struct ChangesSinceReceived {
  private var places = RenamedPaths()
  /// Paths whose content is not as it was there.
  private var written: Set<FilePath> = []

  /// Compares the snapshot with `now`, a later one of the same subvolume; nil where that cannot be
  /// done.
  package init?(since snapshot: SnapshotIdentity?, now: Directory, inside: FilePath) throws {
    guard let base = try snapshot?.opened() else { return nil }
    do {
      let diff = FolderDiff(base: base, new: now, inside: inside)
      guard let changes = try diff.changes() else { return nil }
      self.init(changes)
    } catch let error as any ToolError where error is SnapshotDiffError || error is BtrfsError {
      return nil
    }
  }

  init(_ changes: [FolderChange]) {
    for change in changes {
      switch change.operation {
      case .renamed(let from): places.add(from: from, to: change.path)
      case .content, .linked: written.insert(change.path)
      case .attributes, .times, .deleted: break
      }
    }
  }

  /// Whether the content of a file may have changed since the snapshot.
  func mayDiffer(_ path: FilePath) -> Bool { written.contains(path) }

  /// Where the file at a path was in the snapshot; nil when it was not there.
  func origin(of path: FilePath) -> FilePath? {
    places.isEmpty ? path : places.origin(of: path)
  }

  /// Where a file of the snapshot is now.
  func place(of path: FilePath) -> FilePath { places.isEmpty ? path : places.place(of: path) }
}
