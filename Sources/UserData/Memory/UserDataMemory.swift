import FoundationEssentials
import LiveCommit
import PCSCore
package import SystemPackage

/// What the module remembers of a session for the next one with the same peer, in either role.
package struct UserDataMemory: Codable, Sendable, Equatable {
  /// The module under whose name a session's record keeps it.
  package static let module = "user-data"

  /// The machine that was the target, by its id.
  package var target: String
  package var folders: [FolderMemory]

  package init(target: String, folders: [FolderMemory]) {
    self.target = target
    self.folders = folders
  }

  package subscript(folder: FilePath) -> FolderMemory? { folders.first { $0.folder == folder } }
}

/// What is remembered of one folder.
package struct FolderMemory: Codable, Sendable, Equatable {
  /// How the target's files came to be as they were when the session ended.
  package enum Arrival: String, Codable, Sendable {
    /// Nothing had to be written.
    case unchanged
    /// By a commit, which left a record of what it wrote.
    case committed
  }

  /// A path that was left different.
  package struct Left: Codable, Sendable, Equatable {
    private var bytes: Data
    /// The machine whose version has not come to the other, by choice or because it could not be
    /// put in place; nil for what is only on the target.
    package var chosen: String?

    package var path: FilePath { FilePath(bytes: bytes) }

    package init(_ path: FilePath, chosen: String? = nil) {
      bytes = Data(path.bytes)
      self.chosen = chosen
    }
  }

  private var bytes: Data
  /// The digest of the filter's rules.
  package var filter: String
  private var boundaryBytes: [Data]?
  /// How many entries the folder had when it was last compared in full.
  package var entries: Int
  package var arrival: Arrival
  package var left: [Left]
  private var unreadBytes: [Data]?

  package var folder: FilePath { FilePath(bytes: bytes) }
  /// The subvolumes and mounts below the folder on either machine, relative to it.
  package var boundaries: [FilePath] { (boundaryBytes ?? []).map { FilePath(bytes: $0) } }

  /// Large files of which a comparison has taken the content for equal, by size and time alone.
  package var unread: [FilePath] { (unreadBytes ?? []).map { FilePath(bytes: $0) } }

  package init(
    folder: FilePath, filter: String, boundaries: [FilePath] = [], entries: Int, arrival: Arrival,
    left: [Left] = [], unread: [FilePath] = []
  ) {
    bytes = Data(folder.bytes)
    self.filter = filter
    boundaryBytes = boundaries.map { Data($0.bytes) }
    self.entries = entries
    self.arrival = arrival
    var seen: Set<FilePath> = []
    self.left = left.filter { seen.insert($0.path).inserted }
    unreadBytes = unread.map { Data($0.bytes) }
  }
}

extension FolderMemory {
  /// The files that are still unread when a plan is carried out.
  package func unread(after plan: MirrorPlan) -> [FilePath] {
    var places = RenamedPaths()
    for rename in plan.changes.renames { places.add(from: rename.from, to: rename.to) }
    let sent = Set(plan.changes.settings.filter(\.hasContent).map(\.path) + plan.changes.deletions)
    return unread.map(places.place).filter { !sent.contains($0) }
  }
}
