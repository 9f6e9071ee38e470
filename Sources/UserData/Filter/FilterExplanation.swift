import FileTrees
import Glibc
package import LiveCommit
import PCSCore
package import SyncFilter
package import SystemPackage

/// Whether one path of this machine is synced, and what decides.
package struct FilterExplanation: Sendable, Equatable {
  package enum Reason: Sendable, Equatable {
    /// It does not lie below a folder that is synced.
    case outside
    /// What a name behind a symbolic link means is no path of the folder.
    case behindLink(FilePath)
    case verdict(FilterVerdict)
  }

  /// Absolute.
  package let path: FilePath
  package let folder: FilePath?
  /// Whether there is anything of this name.
  package let isPresent: Bool
  package let reason: Reason
  /// The file whose rule decides, of files that belong together; nil where the path's own does.
  package let decider: Decider?

  /// The database of its log, shared memory or journal, or `CURRENT` of a file of a LevelDB or RocksDB
  /// directory.
  package struct Decider: Sendable, Equatable {
    package let kind: FileUnit.Kind
    /// Absolute.
    package let path: FilePath
  }

  package var isSynced: Bool {
    if case .verdict(let verdict) = reason { verdict.isIncluded } else { false }
  }

  /// Explains `path`; a slash after its name makes a path that is not there a directory.
  package init(
    of path: FilePath, isDirectory: Bool, folders: [FilePath], rules: UserRules
  ) throws {
    self.path = path
    folder = folders.filter { path.relative(to: $0) != nil }
      .max { $0.components.count < $1.components.count }
    guard let folder, let inside = path.relative(to: folder) else {
      isPresent = try Self.status(of: path) != nil
      reason = .outside
      decider = nil
      return
    }
    let way = try Way(folder, inside)
    isPresent = way.isPresent
    if let link = way.link {
      reason = .behindLink(link)
      decider = nil
      return
    }
    let list = FilterList(
      folder: folder, exceptions: way.boundary.map { [$0] } ?? [],
      snaps: try Self.snapsLeft(on: path, in: folder), user: rules)
    let reader = try DirectoryRulesReader(folder, as: folder)
    let filter = Filter(list) { try reader.file(of: $0) }
    let isDirectory = way.isDirectory ?? isDirectory
    let unit = try isDirectory ? nil : Self.unit(of: inside, in: folder)
    decider = unit.map { Decider(kind: $0.kind, path: folder.pushing($0.anchor)) }
    reason = .verdict(
      try filter.verdict(of: unit?.anchor ?? inside, isDirectory: isDirectory))
  }

  /// The unit in which another file's rule decides; nil where a path's own does.
  private static func unit(of inside: FilePath, in folder: FilePath) throws -> FileUnit? {
    let search = UnitSearch(EntryTree(try Directory(folder)))
    if let database = SQLiteFiles.database(of: inside), try search.isDatabase(database) {
      return FileUnit(.sqlite, anchor: database, members: [inside])
    }
    let directory = inside.removingLastComponent()
    let current = FileUnit.current(in: directory)
    guard inside != current, try search.isStore(directory) else { return nil }
    return FileUnit(.store, anchor: current, members: [inside])
  }

  /// The revisions of snaps on the way to `path` that a target would leave which runs what this
  /// machine runs.
  private static func snapsLeft(on path: FilePath, in folder: FilePath) throws -> [FilePath] {
    let inside = path.relative(to: folder) ?? ""
    let open = inside.selfAndAround.filter(SnapRevisions.mayBeLeft)
    if open.isEmpty { return [] }
    var survey = try SnapSurvey(of: folder, in: Directory(folder), around: path)
    for index in survey.apps.indices {
      // A revision that is asked about may have gone.
      let names = open.filter { $0.removingLastComponent() == survey.apps[index].directory }
        .compactMap { $0.lastComponent?.string }
      survey.apps[index].revisions.formUnion(names.filter(SnapApp.isRevision))
    }
    return SnapRevisions.left(source: survey, target: survey).filter(open.contains)
  }

  /// What lies on the way from the folder to the path.
  private struct Way {
    var isPresent = true
    /// nil when there is nothing.
    var isDirectory: Bool?
    var link: FilePath?
    /// The first directory of another subvolume or mount, relative to the folder.
    var boundary: FilePath?

    init(_ folder: FilePath, _ inside: FilePath) throws {
      guard let root = try FilterExplanation.status(of: folder) else {
        throw FileError(folder, "cannot look at", .noSuchFileOrDirectory)
      }
      isDirectory = root.st_mode & S_IFMT == S_IFDIR
      var relative: FilePath = ""
      for component in inside.components {
        if isDirectory == false {
          link = link ?? folder.pushing(relative)
          return
        }
        relative.append(component)
        guard let status = try FilterExplanation.status(of: folder.pushing(relative)) else {
          (isPresent, isDirectory) = (false, nil)
          return
        }
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        // A subvolume has a device number of its own.
        if status.st_dev != root.st_dev { boundary = boundary ?? relative }
      }
    }
  }

  private static func status(of path: FilePath) throws(FileError) -> stat? {
    var status = stat()
    if path.withPlatformString({ lstat($0, &status) }) == 0 { return status }
    let error = Errno(rawValue: errno)
    if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
    throw FileError(path, "cannot look at", error)
  }
}
