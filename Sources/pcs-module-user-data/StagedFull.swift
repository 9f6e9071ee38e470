import PCSCore
import SystemPackage
import UserData

/// Stages a whole folder, as rsync finds out what differs.
struct StagedFull: StagedWork {
  let staging: Staging
  let folder: StagedFolder
  let command: RsyncCommand
  let plan: TransferPlan

  init(_ staging: Staging, _ folder: StagedFolder, _ command: RsyncCommand, _ plan: TransferPlan) {
    self.staging = staging
    self.folder = folder
    self.plan = plan
    var command = command
    command.destination = folder.stage.pushing(folder.inside)
    command.mostDeleted = staging.settings.maximumDeleted.most(in: plan)
    self.command = command
  }

  func run(_ header: StageRequest.Header, _ commit: StagedCommit?) throws -> [StageAnswer] {
    var start = header
    start.finishes = false
    start.unlocks = true
    var flags = MirrorPlan()
    flags.flags = plan.flags.filter { plan.flaggedDirectories.contains($0.key) }
    _ = try staging.send(StageRequest(start, plan: flags))
    flags.flags = plan.flags
    staging.context.sayUntold(plan.flags, of: command.folder)
    try FullTransfer(
      context: staging.context, command: command, plan: plan, pace: staging.pace
    ).run()
    try verify()
    var end = header
    end.prepares = false
    end.namesCopies = true
    end.databases = Array(plan.databases)
    end.commit = commit
    return try staging.send(StageRequest(end, plan: flags))
  }

  /// What rsync says it did is not believed: compared again, nothing may differ.
  private func verify() throws {
    staging.pace.say("Checking what was sent")
    let transfer = Transfer(context: staging.context, command: command, pace: staging.pace)
    let different = try transfer.differences()
    if let first = different.first {
      throw StageError.different(
        command.folder.pushing(FilePath(bytes: first.path)), count: different.count)
    }
  }
}
