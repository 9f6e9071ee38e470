import Btrfs
import PCSCore
import SystemPackage
import UserData

/// One folder, with all that is decided about it.
struct StagedFolder {
  let here: FolderHere
  let filters: FilterList
  /// The folder's subvolume as it is on the target, and where it is staged.
  let preSync: FilePath
  let stage: FilePath
  let number: Int
  let work: Work
  /// How many entries the folder has.
  let entries: Int

  enum Work {
    case incremental(MirrorPlan)
    case full(RsyncCommand, TransferPlan)
  }

  var isFull: Bool { if case .full = work { true } else { false } }

  var isEmpty: Bool {
    switch work {
    case .incremental(let plan): plan.isEmpty
    case .full(_, let plan): plan.isEmpty
    }
  }

  var amount: TransferAmount {
    switch work {
    case .incremental(let plan): plan.amount
    case .full(_, let plan): plan.amount
    }
  }

  /// What is written at most, in bytes.
  var bytes: UInt64 {
    switch work {
    case .incremental(let plan): plan.bytes
    case .full(_, let plan): plan.bytes
    }
  }
}

/// Brings what was decided onto the target.
struct Staging {
  let context: ModuleContext
  let settings: UserDataSettings
  let target: TargetConversation
  let machines: BothMachines
  let pace: ProgressPace

  /// Makes the guards judge one folder; of a full comparison this is where it happens.
  func prepare(
    _ here: FolderHere, _ work: FolderWork, preSync: FilePath, filters: FilterList
  ) throws -> StagedFolder {
    let number = stageNumber(of: here)
    let stage = StageSnapshot.path(
      beside: preSync, session: context.session.id, index: number)
    switch work {
    case .incremental(let plan, let movedAway, let added):
      let known = here.memory?.entries ?? 0
      let lost = plan.deletions.filter { !movedAway.contains($0) }.count
      try settings.maximumDeleted.check(lost: lost, of: known, in: here.path)
      try refuseEmptySource(here, plan)
      say(plan, of: here.path)
      return StagedFolder(
        here: here, filters: filters, preSync: preSync, stage: stage, number: number,
        work: .incremental(plan), entries: max(known - lost + added, 0))
    case .full(let reason):
      context.log(.info, "\(here.path): comparing everything: \(reason)")
      var command = try command(for: here, filters, destination: preSync.pushing(here.inside))
      let comparison = FolderComparison(
        context: context, folder: here.path, command: command, pace: pace)
      let plan = try comparison.run()
      for path in plan.occupied { command.leaveOut(path) }
      if plan.lost > 0 { try refuseEmpty(here, entries: plan.lost) }
      try settings.maximumDeleted.check(plan, of: here.path)
      return StagedFolder(
        here: here, filters: filters, preSync: preSync, stage: stage, number: number,
        work: .full(command, plan), entries: plan.sourceEntries)
    }
  }

  func checkSpace(_ folders: [StagedFolder]) throws {
    try machines.checkSpace(folders.map { ($0.here.path, $0.bytes) })
  }

  /// Stages every folder that differs, and commits all of them at once; returns what stays
  /// different.
  func carryOut(_ folders: [StagedFolder]) throws -> [FilePath: [FolderMemory.Left]] {
    let start = ContinuousClock.now
    var left: [FilePath: [FolderMemory.Left]] = [:]
    for folder in folders { left[folder.here.path] = chosen(folder) }
    let differing = folders.filter { !$0.isEmpty }
    for (index, folder) in differing.enumerated() {
      var commit: StagedCommit?
      if index == differing.count - 1 { commit = try self.commit(of: differing) }
      for answer in try stageOrAbandon(folder, commit: commit) {
        switch answer {
        case .left(let number, let path) where differing.indices.contains(number):
          left[differing[number].here.path, default: []].append(
            FolderMemory.Left(path, chosen: machines.source.machineID))
        case .occupied(let path):
          left[folder.here.path, default: []].append(
            FolderMemory.Left(path, chosen: machines.source.machineID))
        case .remaining(let path, let isDirectory):
          guard try isUnknown(path, isDirectory, folder) else { continue }
          left[folder.here.path, default: []].append(FolderMemory.Left(path))
        case .stays(let path):
          guard try isOnlyThere(path, folder) else { continue }
          left[folder.here.path, default: []].append(FolderMemory.Left(path))
        default: continue
        }
      }
    }
    for folder in differing { say(folder, since: start) }
    return left
  }

  /// What was staged of a sync that failed would only take room; one that is aborted leaves it to
  /// the next.
  private func stageOrAbandon(
    _ folder: StagedFolder, commit: StagedCommit?
  ) throws -> [StageAnswer] {
    do {
      return try stage(folder, commit: commit)
    } catch {
      var header = try header(of: folder)
      header.abandons = true
      _ = try? send(StageRequest(header, plan: MirrorPlan()))
      throw error
    }
  }

  private func header(of folder: StagedFolder) throws -> StageRequest.Header {
    let party = SessionRecord.Party(
      machineID: try Machine.machineID(), hostname: machines.source.hostname)
    return StageRequest.Header(
      session: context.session.id, peer: party, folder: folder.here.path, stage: folder.number,
      snapshots: context.invocation.snapshots)
  }

  private func say(_ folder: StagedFolder, since start: ContinuousClock.Instant) {
    let seconds = (ContinuousClock.now - start).seconds
    let amount = folder.amount
    context.log(
      .info,
      "\(folder.here.path): \(amount.entries) entries brought up to date, "
        + "\(Size.text(amount.bytes)) in files, in \((seconds * 10).rounded() / 10) s",
      [
        "entries": .integer(Int64(amount.entries)),
        "bytes": .integer(Int64(clamping: amount.bytes)), "duration": .number(seconds),
      ])
  }

  /// Whether something that stays on the target is neither excluded nor a copy that was kept: then
  /// the next sync looks at it.
  private func isUnknown(
    _ path: FilePath, _ isDirectory: Bool, _ folder: StagedFolder
  ) throws -> Bool {
    if ConflictCopy.isKept(path) { return false }
    guard try takesPart(path, isDirectory, folder) else { return false }
    let name = WirePath(folder.here.path.pushing(path))
    context.log(.warning, "\(name.text): stays on the target until the next sync", name.context)
    return true
  }

  private func takesPart(
    _ path: FilePath, _ isDirectory: Bool, _ folder: StagedFolder
  ) throws -> Bool {
    let reader = try DirectoryRulesReader(
      beneath: folder.here.snapshot.folder.descriptor, as: folder.here.path)
    let filter = Filter(folder.filters) { try reader.content(of: $0) }
    return try filter.verdict(of: path, isDirectory: isDirectory).isIncluded
  }

  private func isOnlyThere(_ path: FilePath, _ folder: StagedFolder) throws -> Bool {
    try EntryTree(folder.here.snapshot.folder).handle(at: path) == nil
      && takesPart(path, true, folder)
  }

  /// What the plan itself leaves different; what is only there travels with a sync from there.
  private func chosen(_ folder: StagedFolder) -> [FolderMemory.Left] {
    switch folder.work {
    case .full(_, let plan):
      let source = machines.source.machineID
      return plan.keptDirectories.map { FolderMemory.Left($0) }
        + plan.occupied.map { FolderMemory.Left($0, chosen: source) }
    case .incremental(let plan):
      let onlyThere = plan.keptDirectories + plan.protected + (plan.kept + plan.sent).map(\.copy)
      return plan.left.map { FolderMemory.Left($0, chosen: machines.target.machineID) }
        + onlyThere.map { FolderMemory.Left($0) }
    }
  }

  private func commit(of folders: [StagedFolder]) throws -> StagedCommit {
    StagedCommit(
      folders: folders.map {
        StagedCommit.Folder($0.here.path, stage: $0.number, isFull: $0.isFull)
      },
      keepNewerThan: folders.contains(where: \.isFull) ? try lastSession() : nil)
  }

  /// When the last session with the target had written everything that both completed, though its
  /// snapshots may be gone by now.
  private func lastSession() throws -> Timestamp? {
    let peer = machines.target.machineID
    let records = try SessionHistory().records().filter {
      $0.peer.machineID == peer && $0.session.state == .completed && !$0.isRolledBack
    }
    let after = records.last?.snapshots.filter { $0.kind == .postSync }.map(\.timestamp).max()
    return after ?? records.last?.session.timestamp
  }

  private func stage(_ folder: StagedFolder, commit: StagedCommit?) throws -> [StageAnswer] {
    var header = try header(of: folder)
    switch folder.work {
    case .incremental(let plan):
      var mirror = try StagedMirror(self, folder, plan)
      return try mirror.run(header, commit)
    case .full(var command, let plan):
      header.finishes = false
      header.unlocks = true
      _ = try send(StageRequest(header, plan: MirrorPlan()))
      command.destination = folder.stage.pushing(folder.here.inside)
      command.mostDeleted = settings.maximumDeleted.most(in: plan)
      try FullTransfer(context: context, command: command, plan: plan, pace: pace).run()
      try verify(command)
      header.prepares = false
      header.unlocks = false
      header.finishes = true
      header.namesCopies = true
      header.commit = commit
      return try send(StageRequest(header, plan: MirrorPlan()))
    }
  }

  /// What rsync says it did is not believed: compared again, nothing may differ.
  private func verify(_ command: RsyncCommand) throws {
    let different = try Transfer(context: context, command: command, pace: pace).differences()
    if let first = different.first {
      throw StageError.different(
        command.folder.pushing(FilePath(bytes: first.path)), count: different.count)
    }
  }

  func send(_ request: StageRequest) throws -> [StageAnswer] {
    try target.stage(request)
  }

  func command(
    for here: FolderHere, _ filters: FilterList, destination: FilePath
  ) throws -> RsyncCommand {
    let reader = try DirectoryRulesReader(beneath: here.snapshot.folder.descriptor, as: here.path)
    let all = filters.rules(ofDirectories: try DirectoryRulesSearch.rules(below: reader, filters))
    var command = RsyncCommand(
      source: here.snapshot.folder.path, folder: here.path, destination: destination,
      selection: .everything(all), remoteShell: [Places.tool("pcs-remote").string, "rsh"])
    command.bandwidthLimit = settings.bandwidthLimit
    return command
  }

  private func stageNumber(of here: FolderHere) -> Int {
    let subvolumes = machines.source.folders.map(\.subvolume)
    return subvolumes.firstIndex(of: here.snapshot.survey.subvolume) ?? here.index
  }

  /// A folder whose content is gone as a whole was not emptied by a user: something is not mounted.
  private func refuseEmptySource(
    _ here: FolderHere, _ plan: MirrorPlan
  ) throws {
    if plan.deletions.isEmpty { return }
    try refuseEmpty(here, entries: plan.deletions.count)
  }

  /// Directories in which nothing is, as places to mount at are, count for nothing.
  private func refuseEmpty(_ here: FolderHere, entries: Int) throws {
    let tree = EntryTree(here.snapshot.folder)
    guard try !tree.hasMoreThanDirectories() else { return }
    throw DeletionError.emptySource(here.path, entries: entries)
  }

  private func say(_ plan: MirrorPlan, of folder: FilePath) {
    let count = plan.renames.count + plan.deletions.count + plan.settings.count
    let bytes = plan.settings.filter(\.hasContent).reduce(0) { $0 + $1.entry.size }
    let text =
      plan.isEmpty
      ? "\(folder): nothing changed since the last sync"
      : "\(folder): \(count) entries changed: \(Size.text(bytes)) to copy, "
        + "\(plan.deletions.count) to delete"
    context.log(
      .info, text,
      [
        "changes": .integer(Int64(count)), "bytes": .integer(Int64(clamping: bytes)),
        "deleted": .integer(Int64(plan.deletions.count)),
        "renamed": .integer(Int64(plan.renames.count)),
      ])
  }
}
