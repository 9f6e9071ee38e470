import FileTrees
import PCSCore
import SyncFilter
import SystemPackage
import UserData

/// The paths of this machine that a sync would touch, by the section `user_data` of the sync.
struct SyncedPaths {
  private let folders: [(path: FilePath, filter: Filter)]
  private let conflicts: ConflictRules
  /// The data of snaps in homes, absolute.
  private let snaps: [(directory: FilePath, app: SnapApp)]

  /// A file of rules that this machine does not have excludes nothing: then more counts as changed.
  init(_ section: JSON) throws {
    let settings = try UserDataSettings(section)
    let rules = UserRules(settings)
    conflicts = settings.conflicts
    let present = settings.folders.filter { (try? DirectoryRulesReader($0, as: $0)) != nil }
    snaps = try present.flatMap { folder in
      try SnapSurvey(of: folder, in: Directory(folder)).apps.map {
        (folder.pushing($0.directory), $0)
      }
    }
    folders =
      try present
      .map { folder in
        let reader = try DirectoryRulesReader(folder, as: folder)
        let list = FilterList(folder: folder, exceptions: [], user: rules)
        return (folder, Filter(list) { try reader.file(of: $0) })
      }
      .sorted { $0.path.components.count > $1.path.components.count }
  }

  /// Whether a change of `path` counts: state of a session, such as a shell's history, goes to the
  /// source in every sync and is no work.
  func contains(_ path: FilePath, isDirectory: Bool) throws -> Bool {
    for (folder, filter) in folders where path.starts(with: folder) {
      var inside = path
      _ = inside.removePrefix(folder)
      return try conflicts.rule(for: inside, isDirectory: isDirectory).keepsLoser
        && filter.verdict(of: inside, isDirectory: isDirectory).isIncluded
    }
    return false
  }

  /// What a path lies in of a snap that snapd has made or changed itself, when it refreshed the snap:
  /// a revision, or the link to one.
  func snapRevision(of path: FilePath) -> FilePath? {
    for (directory, app) in snaps {
      guard let name = path.relative(to: directory)?.components.first?.string,
        app.revisions.contains(name) || name == SnapApp.link
      else { continue }
      return directory.appending(name)
    }
    return nil
  }
}
