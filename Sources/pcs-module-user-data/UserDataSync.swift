import PCSCore
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
  private let pace: ProgressPace

  init(_ context: ModuleContext, _ settings: UserDataSettings, _ rules: UserRules) throws {
    self.context = context
    self.settings = settings
    self.rules = rules
    pace = ProgressPace(context, folders: settings.folders.count)
    target = try TargetConversation(context, TargetHalf(context), pace)
  }

  /// What is known of both machines once both were looked at.
  private struct Situation {
    let machines: BothMachines
    let here: [FolderHere]
    let changes: [ChangesSinceBase]
    let there: [FolderFindings]
    let targetID: String
  }

  func execute() throws {
    defer { target.end() }
    let situation = try look()
    let work = try situation.here.indices.map { try decide($0, situation) }
    try stopOnClashes(work, situation)
    for case (let here, .mirror(let mirror)) in zip(situation.here, work) {
      context.report(tooLong: mirror.plan.tooLong, of: here.path)
    }
    let preparation = StagePreparation(
      context: context, settings: settings, machines: situation.machines, pace: pace)
    let folders = try situation.here.indices.map { index in
      try preparation.folder(
        situation.here[index], work[index], preSync: situation.there[index].preSync,
        filters: filters(of: situation.here[index].path, situation.machines))
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

  private func look() throws -> Situation {
    pace.say("Finding what changed")
    let invocation = context.invocation
    let memory = try remembered()
    let paths = settings.folders
    let survey = try context.blocking { try await MachineSurvey(of: paths, asksRsync: false) }
    if let problem = survey.folders.compactMap(\.problem).first {
      throw SyncError(problem, id: "user_data.invalid")
    }
    let here = try survey.folders.enumerated().map { index, folder in
      try FolderHere(folder, index: index, invocation: invocation, memory: memory)
    }
    // The target compares its snapshots while we compare ours.
    try target.send(
      .look(LookRequest(snapshots: invocation.snapshots, folders: here.map(\.question))))
    let changes = try here.map { try $0.changes() }
    let view = try view(of: here, changes)
    guard let there = view.survey else { throw WireError() }
    let machines = BothMachines(source: survey, target: there)
    if let problem = machines.problems(paths, snapshotted: nil).first {
      throw SyncError(problem, id: "user_data.invalid")
    }
    // What keeps a folder from being looked at is a problem that was said.
    guard view.folders.count == here.count else { throw WireError() }
    return Situation(
      machines: machines, here: here, changes: changes, there: view.folders,
      targetID: there.machineID)
  }

  /// The memory of the last sync; nil where it cannot be read.
  private func remembered() throws -> UserDataMemory? {
    guard let state = context.invocation.previous?.state else { return nil }
    do { return try UserDataMemory(state: state) } catch {
      let reason = (error as? any ToolError)?.description ?? "\(error)"
      context.log(.warning, "the memory of the last sync cannot be read: \(reason)")
      return nil
    }
  }

  /// What the target has found, and what it says to our own changes.
  private func view(of here: [FolderHere], _ changes: [ChangesSinceBase]) throws -> TargetView {
    let view = Mutex(TargetView())
    let add: @Sendable ([UInt8]) throws -> Void = { line in
      try view.withLock { try $0.add(line: line) }
    }
    try target.receive(add)
    let probes = zip(here, changes).map { $0.probe($1) }
    if view.withLock({ $0.folders.count }) == here.count, !probes.allSatisfy(\.isEmpty) {
      let request = ProbeRequest(snapshots: context.invocation.snapshots, folders: probes)
      try target.ask(.probe(request), add)
    }
    return view.withLock { $0 }
  }

  private func decide(_ index: Int, _ situation: Situation) throws -> FolderWork {
    let here = situation.here[index]
    let planning = FolderPlanning(
      here: here, changes: situation.changes[index], there: situation.there[index],
      filters: filters(of: here.path, situation.machines), rules: settings.conflicts,
      target: situation.targetID, sourceHost: situation.machines.source.hostname,
      targetHost: situation.machines.target.hostname, moment: .now,
      evidence: context.invocation.evidence,
      lister: TargetLister(
        target: target, folder: here.path, snapshots: context.invocation.snapshots),
      unitsThere: { [context, target] databases, stores in
        try target.units(
          UnitRequest(
            folder: here.path, databases: databases, stores: stores,
            snapshots: context.invocation.snapshots))
      },
      digests: { [context, target] paths in
        let request = DigestRequest(
          folder: here.path, paths: paths, snapshots: context.invocation.snapshots)
        return try target.digests(request)
      })
    let reason = try planning.reasonToCompare()
    if let reason {
      pace.say("Comparing \(here.path)")
      context.log(.info, "\(here.path): comparing everything: \(reason)")
    }
    return try planning.work(comparing: reason)
  }

  private func filters(of folder: FilePath, _ machines: BothMachines) -> FilterList {
    FilterList(folder: folder, exceptions: machines.exceptions(of: folder), user: rules)
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
          arrival: folder.isEmpty ? .unchanged : .committed,
          left: left[folder.here.path] ?? [])
      })
  }
}
