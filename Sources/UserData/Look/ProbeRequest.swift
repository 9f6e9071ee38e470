import FileTrees
import FoundationEssentials
package import PCSCore
package import SystemPackage

/// What the source asks the target once it knows what changed on its own side.
package struct ProbeRequest: Codable, Sendable {
  /// What is asked about one folder.
  package struct Folder: Codable, Sendable {
    private var bytes: Data
    private var listedBytes: [Data]
    private var probedBytes: [Data]

    package var path: FilePath { FilePath(bytes: bytes) }
    /// Directories of which the names of everything below are wanted.
    package var listed: [FilePath] { listedBytes.map { FilePath(bytes: $0) } }
    /// Paths of which is wanted whether anything is there.
    package var probed: [FilePath] { probedBytes.map { FilePath(bytes: $0) } }
    package var isEmpty: Bool { listedBytes.isEmpty && probedBytes.isEmpty }

    package init(_ path: FilePath, listed: [FilePath] = [], probed: [FilePath] = []) {
      bytes = Data(path.bytes)
      listedBytes = listed.map { Data($0.bytes) }
      probedBytes = probed.map { Data($0.bytes) }
    }
  }

  /// The pre-sync snapshots of the session, of both machines.
  package var snapshots: [Snapshot]
  /// Those of the `LookRequest` before it, in its order.
  package var folders: [Folder]

  package init(snapshots: [Snapshot], folders: [Folder]) {
    self.snapshots = snapshots
    self.folders = folders
  }

  /// Hands on what is there of each folder.
  package func answer(_ answer: (LookReply) throws -> Void) throws {
    for (index, folder) in folders.enumerated() where !folder.isEmpty {
      let tree = EntryTree(
        try FolderView(FolderSurvey(of: folder.path), in: snapshots).folder)
      try answer(.more(index: index))
      for directory in folder.listed {
        try answer(.listing(directory))
        try tree.walk(directory) { path, isDirectory in
          guard let rest = path.relative(to: directory) else { return }
          try answer(.listed(rest, isDirectory: isDirectory))
        }
      }
      for path in folder.probed {
        guard let entry = try tree.entry(at: path) else { continue }
        try answer(.probed(path, isDirectory: entry.kind == .directory))
      }
    }
  }
}
