import FileTrees
import LiveCommit
import PCSCore
import SyncFilter
import SystemPackage

/// Makes the guards judge what was decided, before anything is written.
struct PlanGuards {
  let context: ModuleContext
  let settings: UserDataSettings
  let machines: BothMachines
  let pace: ProgressPace

  /// Judges what is planned for one folder.
  func folder(
    _ here: FolderHere, _ mirror: FolderMirror, filters: FilterList
  ) throws -> DecidedFolder {
    let plan = mirror.plan
    let lost = plan.changes.deletions.filter { !mirror.moved.contains($0) }.count
    try settings.maximumDeleted.check(
      lost: lost, of: mirror.entriesBefore, in: here.path)
    try refuseEmptySource(here, plan)
    try checkAgreement(loss: mirror.loss, of: here)
    pace.update { $0.compared(plan.amount) }
    say(plan, of: here.path)
    return DecidedFolder(
      here: here, filters: filters, subvolume: subvolume(of: here), plan: plan,
      entries: mirror.entriesAfter, unread: mirror.unread)
  }

  /// Judges the first sync of a folder, of which a dry run made a list.
  func check(_ list: FirstSyncList, _ here: FolderHere, entries: Int) throws {
    if list.lost > 0 { try refuseEmpty(here, entries: list.lost) }
    try settings.maximumDeleted.check(lost: list.lost, of: entries, in: here.path)
  }

  func checkSpace(_ folders: [DecidedFolder]) throws {
    try checkSpace(folders.map { ($0.here.path, $0.plan.bytes) })
  }

  /// Throws when `bytes` of each folder do not fit on the target.
  func checkSpace(_ needed: [(folder: FilePath, bytes: UInt64)]) throws {
    try machines.checkSpace(needed)
  }

  /// The place of a folder's subvolume among those of the target.
  private func subvolume(of here: FolderHere) -> Int {
    let subvolumes = machines.target.folders.map(\.identity)
    return subvolumes.firstIndex { $0 == machines.target[here.path]?.identity } ?? here.index
  }

  private func checkAgreement(loss: Int, of here: FolderHere) throws {
    guard here.isFirst else { return }
    let agreement = FirstSyncAgreement(context.invocation.agreed)
    try agreement.check(loss: loss, of: here.path)
  }

  /// A folder whose content is gone as a whole was not emptied by a user: something is not mounted.
  private func refuseEmptySource(
    _ here: FolderHere, _ plan: MirrorPlan
  ) throws {
    if plan.changes.deletions.isEmpty { return }
    try refuseEmpty(here, entries: plan.changes.deletions.count)
  }

  /// Directories in which nothing is, as places to mount at are, count for nothing.
  private func refuseEmpty(_ here: FolderHere, entries: Int) throws {
    let tree = here.snapshot.tree
    guard try !tree.hasMoreThanDirectories() else { return }
    throw DeletionError.emptySource(here.path, entries: entries)
  }

  private func say(_ plan: MirrorPlan, of folder: FilePath) {
    let (count, bytes) = (plan.amount.entries, plan.amount.bytes)
    let text =
      plan.isEmpty
      ? "\(folder): nothing changed since the last sync"
      : "\(folder): \(EntryCount.text(count)) changed: \(Size.text(bytes)) to copy, "
        + "\(plan.changes.deletions.count) to delete"
    context.log(
      .info, text,
      [
        "changes": .integer(Int64(count)), "bytes": .integer(Int64(clamping: bytes)),
        "deleted": .integer(Int64(plan.changes.deletions.count)),
        "renamed": .integer(Int64(plan.changes.renames.count)),
      ])
  }
}
