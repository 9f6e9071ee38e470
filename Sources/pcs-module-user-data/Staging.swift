import PCSCore
import SystemPackage
import UserData

/// What is staged of one folder.
protocol StagedWork {
  /// Goes through all of it, and has everything committed where it is said.
  func run(_ header: StageRequest.Header, _ commit: StagedCommit?) throws -> [StageAnswer]
}

/// Brings what was decided onto the target.
struct Staging {
  let context: ModuleContext
  let settings: UserDataSettings
  let target: TargetConversation
  let machines: BothMachines
  let pace: ProgressPace

  /// What of each folder differs from the source afterwards.
  struct Outcome {
    var left: [FilePath: [FolderMemory.Left]] = [:]
    /// Databases that were merged.
    var merged: [FilePath: [FilePath]] = [:]
  }

  /// Makes every folder that differs equal there, all of them at once; returns what stays
  /// different.
  func carryOut(_ folders: [StagedFolder]) throws -> Outcome {
    let start = ContinuousClock.now
    var left: [FilePath: [FolderMemory.Left]] = [:]
    var merged: [FilePath: [FilePath]] = [:]
    let differing = folders.filter { !$0.isEmpty }
    for folder in folders {
      left[folder.here.path] = try Leftovers(context, machines, folder).chosen
    }
    for (folder, answers) in try bring(differing) {
      let leftovers = try Leftovers(context, machines, folder)
      for answer in answers {
        if case .left(let number, let path) = answer, differing.indices.contains(number) {
          left[differing[number].here.path, default: []].append(leftovers.ofSource(path))
        } else if case .merged(let path) = answer {
          merged[folder.here.path, default: []].append(path)
        } else if let path = try leftovers.left(by: answer) {
          left[folder.here.path, default: []].append(path)
        }
      }
    }
    for folder in differing { say(folder, since: start) }
    return Outcome(left: left, merged: merged)
  }

  /// What the target says to each folder: what is little is committed by its plan alone, the rest is
  /// staged first.
  private func bring(
    _ folders: [StagedFolder]
  ) throws -> [(folder: StagedFolder, answers: [StageAnswer])] {
    guard let last = folders.last else { return [] }
    let commit = try commit(of: folders)
    let works = try folders.map(work)
    let mirrors = works.compactMap { $0 as? StagedMirror }
    if mirrors.count == folders.count, mirrors.map(\.plan).areLittle {
      var requests = try zip(folders, mirrors).map { try $1.whole(header(of: $0)) }
      requests[requests.count - 1].header.commit = commit
      if let answers = try target.commit(requests) { return [(last, answers)] }
    }
    return try folders.indices.map { index in
      let isLast = index == folders.count - 1
      return (
        folders[index],
        try stageOrAbandon(folders[index], works[index], isLast ? commit : nil)
      )
    }
  }

  /// What was staged of a sync that failed would only take room; one that is aborted leaves it to
  /// the next.
  private func stageOrAbandon(
    _ folder: StagedFolder, _ work: any StagedWork, _ commit: StagedCommit?
  ) throws -> [StageAnswer] {
    do {
      return try work.run(header(of: folder), commit)
    } catch {
      var header = try header(of: folder)
      header.abandons = true
      _ = try? send(StageRequest(header, plan: MirrorPlan()))
      throw error
    }
  }

  private func work(on folder: StagedFolder) throws -> any StagedWork {
    switch folder.work {
    case .incremental(let plan): try StagedMirror(self, folder, plan)
    case .full(let command, let plan): StagedFull(self, folder, command, plan)
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
