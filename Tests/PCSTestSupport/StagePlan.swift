import Btrfs
package import FileTrees
package import LiveCommit
import PCSCore
import SyncFilter
import SystemPackage
import UserData

/// The plan that does to a subvolume what was done to a stage of it.
package struct StagePlan {
  package let folders: [PlannedFolder]
  /// What is new: each is a `FrameBatch`.
  package private(set) var batches: [[UInt8]] = []

  /// What no plan of a sync does: to put something in the place of a directory that stays.
  package struct Unplannable: Error {}

  /// Throws `Unplannable`.
  package init(from before: Directory, to stage: Directory) throws {
    let plan = try StageChanges(from: before, to: stage).plan()
    folders = [PlannedFolder("", at: "/home", plan.changes)]
    let list = FilterList(folder: "/home", exceptions: [], user: UserRules(exclude: []))
    var batches: [[UInt8]] = []
    let stream = FrameStream { batch, _ in batches.append(batch.bytes) }
    let now = FilteredTree(EntryTree(stage), Filter(list) { _ in nil })
    try PlanSender(stream, folder: 0, now).send(plan, sources: [:])
    self.batches = batches
  }
}

/// The differences of a stage from what it was made from.
private struct StageChanges {
  let before: EntryTree
  let stage: EntryTree
  let changes: [Change]

  init(from before: Directory, to stage: Directory) throws {
    self.before = EntryTree(before)
    self.stage = EntryTree(stage)
    changes = try SnapshotDiff(base: before, new: stage).changes().map(\.named)
  }

  func plan() throws -> MirrorPlan {
    var plan = MirrorPlan()
    var places = RenamedPaths()
    for change in changes where change.operation == .renamed {
      guard let from = change.from else { continue }
      plan.changes.renames.append(
        Rename(from: from, to: change.path, isDirectory: change.kind == "directory"))
      places.add(from: from, to: change.path)
    }
    try requireFreePlaces(plan.changes.renames, places)
    for change in changes where change.operation == .deleted {
      let path = places.place(of: change.path)
      if try stage.handle(at: path) == nil { plan.changes.deletions.append(path) }
    }
    plan.changes.deletions.sort { $0.components.count > $1.components.count }
    let settings = try settings().values.sorted { FilePath.isBefore($0.path, $1.path) }
    plan.changes.settings =
      settings.filter { $0.linkedTo == nil } + settings.filter { $0.linkedTo != nil }
    for setting in plan.changes.settings where setting.linkedTo == nil {
      guard let handle = try stage.handle(at: setting.path) else { continue }
      let flags = InodeFlags.toTell(handle, setting.entry.kind)
      if flags != 0 { plan.changes.flags[setting.path] = flags }
    }
    return plan
  }

  private func requireFreePlaces(_ renames: [Rename], _ places: RenamedPaths) throws {
    let leaving = Set(renames.map(\.from))
    for rename in renames {
      guard let around = places.origin(of: rename.to.removingLastComponent()),
        let name = rename.to.lastComponent
      else { continue }
      let replaced = around.appending(name)
      if try !leaving.contains(replaced) && before.entry(at: replaced)?.kind == .directory {
        throw StagePlan.Unplannable()
      }
    }
  }

  private func settings() throws -> [FilePath: FolderChanges.Setting] {
    var settings: [FilePath: FolderChanges.Setting] = [:]
    for change in changes {
      guard ![.deleted, .renamed].contains(change.operation),
        let entry = try stage.entry(at: change.path)
      else { continue }
      let hasContent =
        entry.kind == .file && [.created, .modified].contains(change.operation)
        || settings[change.path]?.hasContent == true
      settings[change.path] = FolderChanges.Setting(
        path: change.path, entry: entry, hasContent: hasContent,
        linkedTo: change.operation == .linked ? change.from : settings[change.path]?.linkedTo)
    }
    // All names of a file whose content comes are linked to the one that it comes with.
    for setting in settings.values where setting.hasContent && setting.entry.links > 1 {
      for path in try InodeNames.paths(of: setting.entry.inode, in: stage.root)
      where path != setting.path {
        settings[path] = FolderChanges.Setting(
          path: path, entry: setting.entry, hasContent: false, linkedTo: setting.path)
      }
    }
    return settings
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
