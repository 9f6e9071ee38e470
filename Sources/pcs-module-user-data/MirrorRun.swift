import PCSCore
import Synchronization
import SystemPackage
import UserData

/// The execution: compares every folder, lets the guards judge the whole, then copies.
///
/// Nothing is written on either machine before every folder is compared.
struct MirrorRun {
  let context: ModuleContext
  let settings: UserDataSettings
  let filters: [FilterRule]
  let machines: BothMachines

  private typealias Work = (folder: FilePath, command: RsyncCommand, plan: TransferPlan)

  func execute() throws {
    guard let remote = context.remote else {
      throw SyncError("user-data: no target to copy to", id: "module.target")
    }
    let pace = ProgressPace(context, folders: settings.folders.count)
    let other = OtherMachine(remote: remote)
    if !context.invocation.dryRun { try removeLeftovers(other) }
    let work = try settings.folders.map { folder -> Work in
      let command = try command(for: folder)
      return Work(folder, command, try compare(folder, command, pace))
    }
    for (folder, _, plan) in work { try settings.maximumDeleted.check(plan, of: folder) }
    try machines.checkSpace(work.map { ($0.folder, $0.plan) })
    if !context.invocation.dryRun { try copy(work.filter { !$0.plan.isEmpty }, other, pace) }
    pace.finish(context.invocation.dryRun ? "Nothing written: dry run" : "Done")
  }

  private func command(for folder: FilePath) throws -> RsyncCommand {
    let list = FilterList(
      folder: folder, exceptions: machines.exceptions(of: folder), user: filters)
    let rsh = [Places.tool("pcs-remote").string, "rsh"]
    guard let survey = machines.source[folder] else {
      throw SyncError("\(folder): was not looked at", exitStatus: .software)
    }
    if context.invocation.dryRun {
      let view = [OtherMachine.program.string, "view", folder.string, "--"]
      return RsyncCommand(source: folder, folder: folder, filters: list, remoteShell: rsh + view)
    }
    var command = RsyncCommand(
      source: try SnapshotOfFolder.path(survey, in: context.invocation.snapshots),
      folder: folder, filters: list, remoteShell: rsh)
    command.bandwidthLimit = settings.bandwidthLimit
    return command
  }

  private func removeLeftovers(_ other: OtherMachine) throws {
    let here = machines.source.folders.filter(\.hasLeftover).map(\.stage)
    for path in Set(here) { try StageDirectory(path).remove() }
    let there = machines.target.folders.filter(\.hasLeftover).map(\.stage)
    if !there.isEmpty { try context.blocking { try await other.removeStages(Array(Set(there))) } }
    for path in Set(here + there) {
      context.log(.info, "Removed what an earlier sync had left unfinished in \(path)")
    }
  }

  private func compare(
    _ folder: FilePath, _ command: RsyncCommand, _ pace: ProgressPace
  ) throws -> TransferPlan {
    pace.say("Comparing \(folder)")
    var command = command
    command.isDryRun = true
    let inside = machines.source[folder]?.inside ?? ""
    let plan = Mutex(TransferPlan())
    let transfer = Transfer(context: context, command: command, pace: pace)
    try transfer.run { [context, source = command.source] line in
      switch line {
      case .item(let item):
        let allocated = item.allocated(below: source)
        plan.withLock { $0.add(item, allocated: allocated) }
        if context.invocation.dryRun {
          context.reporter.emit(.change(item.change(below: inside, isPlanned: true)))
        }
      case .entries(let count): plan.withLock { $0.sourceEntries = count }
      default: break
      }
    }
    let result = plan.withLock { $0 }
    pace.update { $0.compared(result) }
    context.log(.info, result.text(for: folder), result.facts)
    return result
  }

  private func copy(_ work: [Work], _ other: OtherMachine, _ pace: ProgressPace) throws {
    let stages = Set(work.compactMap { machines.target[$0.folder]?.stage })
    guard !stages.isEmpty else { return }
    try context.blocking { try await other.makeStages(Array(stages)) }
    for (folder, command, plan) in work {
      var command = command
      command.stage = machines.target[folder]?.stage
      command.mostDeleted = settings.maximumDeleted.most(of: plan.targetEntries)
      try FolderCopy(context: context, folder: folder, command: command, plan: plan, pace: pace)
        .run()
    }
    try context.blocking { try await other.removeStages(Array(stages)) }
  }
}
