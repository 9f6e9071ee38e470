import FileTrees
import LiveCommit
import PCSCore
import SystemPackage

/// Tells what of a folder is not on the target as on the source, for the memory of the sync.
struct Leftovers {
  private let context: ModuleContext
  private let machines: BothMachines
  private let folder: DecidedFolder
  private let tree: FilteredTree

  init(_ context: ModuleContext, _ machines: BothMachines, _ folder: DecidedFolder) throws {
    self.context = context
    self.machines = machines
    self.folder = folder
    tree = try folder.filtered()
  }

  /// What the plan itself leaves different; what is only there travels with a sync from there.
  var chosen: [FolderMemory.Left] {
    let plan = folder.plan
    let onlyThere =
      plan.keptDirectories + plan.protected + plan.tooLong
      + (plan.changes.kept + plan.sent).map(\.copy)
    return plan.left.map { FolderMemory.Left($0, chosen: machines.target.machineID) }
      + onlyThere.map { FolderMemory.Left($0) }
  }

  /// What an answer of the target about this folder leaves different.
  func left(by answer: PlanAnswer) throws -> FolderMemory.Left? {
    switch answer {
    case .occupied(let path): ofSource(path)
    case .remaining(let path, let isDirectory):
      try isUnknown(path, isDirectory) ? FolderMemory.Left(path) : nil
    case .stays(let path): try isOnlyThere(path) ? FolderMemory.Left(path) : nil
    case .wanted, .left, .folder, .interrupted: nil
    }
  }

  /// The version of the source is not there yet.
  func ofSource(_ path: FilePath) -> FolderMemory.Left {
    FolderMemory.Left(path, chosen: machines.source.machineID)
  }

  /// Whether something that stays on the target is neither excluded nor a copy that was kept: then
  /// the next sync looks at it.
  private func isUnknown(_ path: FilePath, _ isDirectory: Bool) throws -> Bool {
    if ConflictCopy.isKept(path) { return false }
    guard try tree.includes(path, isDirectory) else { return false }
    let name = WirePath(folder.here.path.pushing(path))
    context.log(.warning, "\(name.text): stays on the target until the next sync", name.context)
    return true
  }

  private func isOnlyThere(_ path: FilePath) throws -> Bool {
    try tree.tree.handle(at: path) == nil && tree.includes(path, true)
  }
}
