package import FileTrees
package import SystemPackage

/// What the target answered about one folder.
package struct FolderFindings: Sendable {
  /// A change there.
  package struct Changed: Sendable, Equatable {
    package var entry: Entry?
    package var isStructural: Bool
    /// Whether a sync did it that was ended before its time: then it is nobody's.
    package var isOwn = false
  }

  /// Why the changes there cannot be told.
  package var reason: String?
  /// Whether a session of the target synced the folder before.
  package var hasHistory: Bool
  package var changed: [FilePath: Changed] = [:]
  /// What lies below the directories that were asked for, relative to each.
  package var listed: [FilePath: [FilteredTree.Name]] = [:]
  private var listing: FilePath = ""
  package var sought: [FilePath: Entry?] = [:]
  /// What is there of the ends of renames; true for a directory.
  package var probed: [FilePath: Bool] = [:]

  /// The target's snapshot of the folder's subvolume.
  package var preSync: FilePath

  package init(reason: String?, hasHistory: Bool = true, preSync: FilePath) {
    self.reason = reason
    self.hasHistory = hasHistory
    self.preSync = preSync
  }

  /// Whether the target is known to have nothing at a path.
  package func isGone(_ path: FilePath) -> Bool {
    sought[path].map { $0 == nil } ?? changed[path].map { $0.entry == nil } ?? false
  }

  /// Takes one more line; a survey is none of a folder's.
  package mutating func add(_ reply: LookReply) {
    switch reply {
    case .changed(let path, let entry, let isStructural, let isOwn):
      let earlier = changed[path]
      changed[path] = Changed(
        entry: entry, isStructural: isStructural, isOwn: isOwn && earlier?.isOwn ?? true)
    case .listing(let directory): listing = directory
    case .listed(let path, let isDirectory):
      listed[listing, default: []].append(FilteredTree.Name(path, isDirectory: isDirectory))
    case .sought(let path, let entry): sought[path] = .some(entry)
    case .probed(let path, let isDirectory): probed[path] = isDirectory
    case .survey, .folder, .more: break
    }
  }
}
