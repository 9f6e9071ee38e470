import PCSCore
import SystemPackage
import UserData

/// The execution: compares every folder, lets the guards judge the whole, then copies.
///
/// Nothing is written on either machine before every folder is compared.
struct MirrorRun {
  let context: ModuleContext
  let settings: UserDataSettings
  let rules: UserRules
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
      let comparison = FolderComparison(
        context: context, folder: folder, command: command,
        inside: machines.source[folder]?.inside ?? "", pace: pace)
      return Work(folder, command, try comparison.run())
    }
    for (folder, _, plan) in work { try settings.maximumDeleted.check(plan, of: folder) }
    try machines.checkSpace(work.map { ($0.folder, $0.plan) })
    if !context.invocation.dryRun { try copy(work.filter { !$0.plan.isEmpty }, other, pace) }
    pace.finish(context.invocation.dryRun ? "Nothing written: dry run" : "Done")
  }

  private func command(for folder: FilePath) throws -> RsyncCommand {
    guard let survey = machines.source[folder] else {
      throw SyncError("\(folder): was not looked at", exitStatus: .software)
    }
    let rsh = [Places.tool("pcs-remote").string, "rsh"]
    if context.invocation.dryRun {
      let view = [OtherMachine.program.string, "view", folder.string, "--"]
      return RsyncCommand(
        source: folder, folder: folder, filters: try filters(for: folder, in: folder),
        remoteShell: rsh + view)
    }
    let source = try SnapshotOfFolder.path(survey, in: context.invocation.snapshots)
    var command = RsyncCommand(
      source: source, folder: folder, filters: try filters(for: folder, in: source),
      remoteShell: rsh)
    command.bandwidthLimit = settings.bandwidthLimit
    return command
  }

  /// All rules, those of the directories in `source` among them.
  private func filters(for folder: FilePath, in source: FilePath) throws -> [FilterRule] {
    let list = FilterList(
      folder: folder, exceptions: machines.exceptions(of: folder), user: rules)
    let reader = try DirectoryRulesReader(source, as: folder)
    return list.rules(ofDirectories: try DirectoryRulesSearch.rules(below: reader, list))
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

  private func copy(_ work: [Work], _ other: OtherMachine, _ pace: ProgressPace) throws {
    let stages = Set(work.compactMap { machines.target[$0.folder]?.stage })
    guard !stages.isEmpty else { return }
    try context.blocking { try await other.makeStages(Array(stages)) }
    for (folder, command, plan) in work {
      var command = command
      command.stage = machines.target[folder]?.stage
      command.mostDeleted = settings.maximumDeleted.most(in: plan)
      try FolderCopy(context: context, folder: folder, command: command, plan: plan, pace: pace)
        .run()
    }
    try context.blocking { try await other.removeStages(Array(stages)) }
  }
}
