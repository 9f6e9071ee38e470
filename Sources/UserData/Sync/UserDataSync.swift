import LiveCommit
package import PCSCore
package import SyncFilter
import Synchronization
import SystemPackage

/// A sync of all folders: looks at both machines, decides everything, prepares it on the target, and
/// has it committed there.
///
/// Until the commit nothing of the users' is written on either machine.
package struct UserDataSync {
  let context: ModuleContext
  let settings: UserDataSettings
  let rules: UserRules
  package let target: TargetConversation
  let pace: ProgressPace

  package init(_ context: ModuleContext, _ settings: UserDataSettings, _ rules: UserRules) throws {
    self.context = context
    self.settings = settings
    self.rules = rules
    pace = ProgressPace(context, settings)
    target = try TargetConversation(context, TargetHalf(context), pace)
  }

  package func execute() throws {
    defer { target.end() }
    let situation = try look()
    let plannings = situation.here.indices.map { planning(of: $0, situation) }
    let guards = PlanGuards(
      context: context, settings: settings, machines: situation.machines, pace: pace)
    if context.invocation.dryRun { return try show(plannings, situation, guards) }
    let mirrors = try plannings.map { try $0.mirror(comparing: reasonToCompare($0)) }
    try stopOnClashes(Array(zip(situation.here, mirrors.map(\.plan))))
    let folders = try zip(plannings, mirrors).map { planning, mirror in
      context.report(tooLong: mirror.plan.tooLong, of: planning.here.path)
      return try guards.folder(
        planning.here, mirror, filters: planning.filters)
    }
    try guards.checkSpace(folders)
    try OwnerCheck(context: context, target: target).check(folders)
    let delivery = Delivery(
      context: context, settings: settings, target: target, machines: situation.machines,
      pace: pace)
    let left = try delivery.carryOut(folders)
    if settings.verifiesAll {
      for folder in folders {
        let known = Set((left[folder.here.path] ?? []).map(\.path))
        try FullVerification(
          context: context, target: target, pace: pace, folder: folder, left: known
        ).run()
      }
    }
    try remember(memory(of: folders, left: left, target: situation.targetID))
    try removeReceived(situation.machines)
    try target.finish()
    pace.finish("Done")
  }

  /// Removes what interrupted syncs sent, if it was not needed any more.
  private func removeReceived(_ machines: BothMachines) throws {
    let source = machines.source.machineID
    guard machines.target.received?[source] != nil else { return }
    try target.ask(.removeReceived(RemoveReceivedRequest(source: source))) { _ in }
  }

  /// Shows what a sync would do, and ends as it would.
  private func show(
    _ plannings: [FolderPlanning], _ situation: Situation, _ guards: PlanGuards
  ) throws {
    let dryRun = DryRun(context: context, guards: guards, target: target)
    let shown = try plannings.map { planning in
      try dryRun.show(planning.work(comparing: reasonToCompare(planning)), planning)
    }
    try stopOnClashes(shown.compactMap { each in each.plan.map { (each.here, $0) } })
    try dryRun.judge(shown, situation.there, filters: plannings.map(\.filters))
    try target.finish()
    pace.finish("Nothing written: dry run")
  }

  /// Says every conflict, and ends the sync when nobody has said which version counts.
  private func stopOnClashes(_ plans: [(FolderHere, MirrorPlan)]) throws {
    var open = 0
    for (here, plan) in plans {
      context.say(plan.clashes, subvolume: here.subvolume, inside: here.inside)
      open += plan.clashes.filter { $0.use == .stop }.count
    }
    if open > 0 { throw ConflictError(count: open, target: context.session.targetHostname) }
  }

  /// Keeps the memory for the next sync, on both machines.
  private func remember(_ memory: UserDataMemory) throws {
    let session = context.session.id
    let (state, file) = try memory.stored(of: session)
    if let file {
      try MemoryFile.write(file, of: session)
      try CommitRecord.pruneBeforeLastSyncs(keeping: session)
      try target.ask(.remember(RememberRequest(session: session, memory: file))) { _ in }
    }
    context.remember(state)
  }

  private func memory(
    of folders: [DecidedFolder], left: [FilePath: [FolderMemory.Left]], target: String
  ) -> UserDataMemory {
    UserDataMemory(
      target: target,
      folders: folders.map { folder in
        FolderMemory(
          folder: folder.here.path, filter: folder.filters.digest,
          boundaries: folder.filters.boundaries, entries: folder.entries,
          arrival: folder.plan.isEmpty ? .unchanged : .committed,
          left: left[folder.here.path] ?? [], unread: folder.unread)
      })
  }
}
