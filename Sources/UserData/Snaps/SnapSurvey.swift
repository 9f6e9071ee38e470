import Btrfs
package import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// What one machine knows of snaps: the data that homes of a folder hold, and what it runs.
package struct SnapSurvey: Codable, Sendable, Equatable {
  package var apps: [SnapApp]
  /// The revision of each snap that snapd runs; empty without snapd.
  package var running: [String: String]

  package init(apps: [SnapApp] = [], running: [String: String] = [:]) {
    self.apps = apps
    self.running = running
  }

  /// Looks at `directory`, which holds a folder of this machine, live or in a snapshot; `path` is
  /// the only one that matters, if there is one.
  package init(
    of folder: FilePath, in directory: Directory, around path: FilePath? = nil
  ) throws {
    let homes = (HomeSubvolumes.homesOfPeople() + ["/root"])
      .filter { home in path.map { $0.relative(to: home) != nil } ?? true }
    self.init(
      apps: try Self.apps(in: EntryTree(directory), homes: homes, of: folder),
      running: try Self.running())
  }

  package subscript(directory: FilePath) -> SnapApp? {
    apps.first { $0.directory == directory }
  }

  /// Directories of revisions that are looked at in one home: snapd keeps a few of each snap.
  private static let mostRevisions = 1000

  static func apps(in tree: EntryTree, homes: [FilePath], of folder: FilePath) throws -> [SnapApp] {
    var apps: [SnapApp] = []
    for home in Set(homes).sorted(by: { $0.string < $1.string }) {
      guard let snaps = home.appending("snap").relative(to: folder) else { continue }
      var revisions = 0
      for (path, isDirectory) in try tree.children(of: snaps) where isDirectory {
        guard let app = try SnapApp(path, in: tree) else { continue }
        revisions += app.revisions.count
        if revisions > mostRevisions { break }
        apps.append(app)
      }
    }
    return apps
  }

  /// Where snapd keeps a link to the revision that it runs of each snap.
  private static let places: [FilePath] = ["/snap", "/var/lib/snapd/snap"]

  private static func running() throws -> [String: String] {
    for place in places {
      let found = try running(in: place)
      if !found.isEmpty { return found }
    }
    return [:]
  }

  static func running(in place: FilePath) throws -> [String: String] {
    guard let root = try Directory.ifPresent(place) else { return [:] }
    let tree = EntryTree(root)
    var running: [String: String] = [:]
    for (path, isDirectory) in try tree.children(of: "") where isDirectory {
      if let current = try SnapApp(path, in: tree)?.current { running[path.string] = current }
    }
    return running
  }
}
