import PCSCore
import SystemPackage
import UserData

/// Brings what was decided onto the target.
struct Staging {
  let context: ModuleContext
  let settings: UserDataSettings
  let target: TargetConversation
  let machines: BothMachines
  let pace: ProgressPace

  /// Stages every folder that differs, and commits all of them at once; returns what stays
  /// different.
  func carryOut(_ folders: [StagedFolder]) throws -> [FilePath: [FolderMemory.Left]] {
    let start = ContinuousClock.now
    var left: [FilePath: [FolderMemory.Left]] = [:]
    let differing = folders.filter { !$0.isEmpty }
    for folder in folders {
      left[folder.here.path] = try Leftovers(context, machines, folder).chosen
    }
    for (index, folder) in differing.enumerated() {
      var commit: StagedCommit?
      if index == differing.count - 1 { commit = try self.commit(of: differing) }
      let leftovers = try Leftovers(context, machines, folder)
      for answer in try stageOrAbandon(folder, commit: commit) {
        if case .left(let number, let path) = answer, differing.indices.contains(number) {
          left[differing[number].here.path, default: []].append(leftovers.ofSource(path))
        } else if let path = try leftovers.left(by: answer) {
          left[folder.here.path, default: []].append(path)
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

  private func stage(_ folder: StagedFolder, commit: StagedCommit?) throws -> [StageAnswer] {
    switch folder.work {
    case .incremental(let plan):
      var mirror = try StagedMirror(self, folder, plan)
      return try mirror.run(header(of: folder), commit)
    case .full(let command, let plan):
      return try StagedFull(self, folder, command, plan).run(header(of: folder), commit)
    }
  }

  func send(_ request: StageRequest) throws -> [StageAnswer] {
    try target.stage(request)
  }

  private func header(of folder: StagedFolder) throws -> StageRequest.Header {
    let party = SessionRecord.Party(
      machineID: try Machine.machineID(), hostname: machines.source.hostname)
    return StageRequest.Header(
      session: context.session.id, peer: party, folder: folder.here.path, stage: folder.number,
      snapshots: context.invocation.snapshots)
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

  private func say(_ folder: StagedFolder, since start: ContinuousClock.Instant) {
    let seconds = (ContinuousClock.now - start).seconds
    let amount = folder.amount
    context.log(
      .info,
      "\(folder.here.path): \(EntryCount.text(amount.entries)) brought up to date, "
        + "\(Size.text(amount.bytes)) in files, in \((seconds * 10).rounded() / 10) s",
      [
        "entries": .integer(Int64(amount.entries)),
        "bytes": .integer(Int64(clamping: amount.bytes)), "duration": .number(seconds),
      ])
  }
}
