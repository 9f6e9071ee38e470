import FileTrees
import PCSCore
import SyncFilter
import Synchronization
import SystemPackage
import UserData

/// A sync of all folders: looks at both machines, decides everything, stages it on the target, and
/// has it committed there.
///
/// Until the commit nothing of the users' is written on either machine.
struct UserDataSync {
  let context: ModuleContext
  let settings: UserDataSettings
  let rules: UserRules
  let target: TargetConversation
  let pace: ProgressPace

  init(_ context: ModuleContext, _ settings: UserDataSettings, _ rules: UserRules) throws {
    self.context = context
    self.settings = settings
    self.rules = rules
    pace = ProgressPace(context, folders: settings.folders.count)
    target = try TargetConversation(context, TargetHalf(context), pace)
  }

  func execute() throws {
    defer { target.end() }
    let situation = try look()
    let plannings = situation.here.indices.map { planning(of: $0, situation) }
    let work = try plannings.map { try decide($0) }
    let preparation = StagePreparation(
      context: context, settings: settings, machines: situation.machines, pace: pace)
    if context.invocation.dryRun { return try show(work, plannings, situation, preparation) }
    try stopOnClashes(work, situation)
    let folders = try situation.here.indices.map { index in
      guard case .mirror(let mirror) = work[index] else { throw WireError() }
      let path = situation.here[index].path
      context.report(tooLong: mirror.plan.tooLong, of: path)
      return try preparation.folder(
        situation.here[index], mirror, preSync: situation.there[index].preSync,
        filters: filters(of: path, situation.machines))
    }
    try preparation.checkSpace(folders)
    try OwnerCheck(context: context, target: target).check(folders)
    let staging = Staging(
      context: context, settings: settings, target: target, machines: situation.machines,
      pace: pace)
    let left = try staging.carryOut(folders)
    if settings.verifiesAll {
      for folder in folders {
        let known = Set((left[folder.here.path] ?? []).map(\.path))
        try FullVerification(staging: staging, folder: folder, left: known).run()
      }
    }
    try remember(memory(of: folders, left: left, target: situation.targetID))
    try target.finish()
    pace.finish("Done")
  }

  /// Shows what a sync would do, and ends as it would.
  private func show(
    _ work: [FolderWork], _ planning: [FolderPlanning], _ situation: Situation,
    _ preparation: StagePreparation
  ) throws {
    let dryRun = DryRun(context: context, preparation: preparation, target: target)
    let shown = try zip(work, planning).map { try dryRun.show($0, $1) }
    try stopOnClashes(work, situation)
    try dryRun.judge(shown, situation.there, filters: planning.map(\.filters))
    try target.finish()
    pace.finish("Nothing written: dry run")
  }

  /// Says every conflict, and ends the sync when nobody has said which version counts.
  private func stopOnClashes(_ work: [FolderWork], _ situation: Situation) throws {
    var open = 0
    for (here, work) in zip(situation.here, work) {
      guard case .mirror(let mirror) = work else { continue }
      let plan = mirror.plan
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
    of folders: [StagedFolder], left: [FilePath: [FolderMemory.Left]], target: String
  ) -> UserDataMemory {
    UserDataMemory(
      target: target,
      folders: folders.map { folder in
        FolderMemory(
          folder: folder.here.path, filter: folder.filters.digest,
          boundaries: folder.filters.boundaries, entries: folder.entries,
          arrival: folder.plan.isEmpty ? .unchanged : .committed,
          left: left[folder.here.path] ?? [])
      })
  }
}
