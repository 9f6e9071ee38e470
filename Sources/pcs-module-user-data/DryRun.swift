import PCSCore
import SystemPackage
import UserData

/// What a sync would do, found by comparing the live trees in full: nothing may be written, not
/// even a snapshot.
struct DryRun {
  let context: ModuleContext
  let settings: UserDataSettings
  let rules: UserRules
  let machines: BothMachines

  func execute() throws {
    let pace = ProgressPace(context, folders: settings.folders.count)
    let plans = try settings.folders.map { folder in
      let comparison = FolderComparison(
        context: context, folder: folder, command: try command(for: folder),
        inside: machines.source[folder]?.inside ?? "", pace: pace)
      return (folder: folder, plan: try comparison.run())
    }
    for (folder, plan) in plans { try settings.maximumDeleted.check(plan, of: folder) }
    try machines.checkSpace(plans.map { ($0.folder, $0.plan.bytes) })
    pace.finish("Nothing written: dry run")
  }

  private func command(for folder: FilePath) throws -> RsyncCommand {
    let list = FilterList(
      folder: folder, exceptions: machines.exceptions(of: folder), user: rules)
    let reader = try DirectoryRulesReader(folder, as: folder)
    let all = list.rules(ofDirectories: try DirectoryRulesSearch.rules(below: reader, list))
    let view = [TargetHalf.program.string, "view", folder.string, "--"]
    return RsyncCommand(
      source: folder, folder: folder, destination: folder, selection: .everything(all),
      remoteShell: [Places.tool("pcs-remote").string, "rsh"] + view)
  }
}
