import Btrfs
package import FileTrees
import PCSCore
import SystemPackage
package import UserData

/// The plan that does to a subvolume what was done to a stage of it.
package enum StagePlan {
  /// What a commit without the stage is given.
  package static func folders(from before: Directory, to stage: Directory) throws
    -> [PlannedFolder]
  {
    let header = StageRequest.Header(
      session: "0badcafe", peer: .init(machineID: "id of atlas", hostname: "atlas"),
      folder: "/home", stage: 0, snapshots: [])
    var request = StageRequest(header, plan: MirrorPlan())
    let tree = EntryTree(stage)
    var places = RenamedPaths()
    let changes = try SnapshotDiff(base: before, new: stage).changes().map(\.named)
    for change in changes where change.operation == .renamed {
      guard let from = change.from else { continue }
      let isDirectory = change.kind == "directory"
      request.plan.renames.append(Rename(from: from, to: change.path, isDirectory: isDirectory))
      places.add(from: from, to: change.path)
    }
    // The paths of what is new, and of what differs, a directory first.
    var settings: [FilePath: Change.Operation] = [:]
    var gone: [FilePath] = []
    for change in changes {
      switch change.operation {
      case .deleted: gone.append(places.place(of: change.path))
      case .renamed: break
      default:
        if settings[change.path] != .created { settings[change.path] = change.operation }
      }
    }
    for path in gone where try tree.handle(at: path) == nil { request.plan.deletions.append(path) }
    request.plan.deletions.sort { $0.components.count > $1.components.count }
    for (path, operation) in settings.sorted(by: { $0.key.isBefore($1.key) }) {
      guard let handle = try tree.handle(at: path) else { continue }
      let entry = try handle.read()
      let hasContent = entry.kind == .file && (operation == .created || operation == .modified)
      request.plan.settings.append(
        MirrorPlan.Setting(
          path: path, entry: entry, hasContent: hasContent,
          linkedTo: operation == .linked ? path : nil))
      let flags = InodeFlags.toTell(handle, entry.kind)
      if flags != 0 { request.plan.flags[path] = flags }
      if hasContent { request.contents[path] = try FileContent.read(stage.path.pushing(path)) }
    }
    return [try PlannedFolder("", request)]
  }
}

extension Change {
  /// With the root by an empty path.
  fileprivate var named: Change {
    var change = self
    if path == "." { change.path = "" }
    return change
  }
}

extension FilePath {
  fileprivate func isBefore(_ other: FilePath) -> Bool {
    (components.count, string) < (other.components.count, other.string)
  }
}
