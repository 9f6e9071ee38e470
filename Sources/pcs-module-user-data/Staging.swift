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

  /// Makes every folder that differs equal there, all of them at once; returns what stays
  /// different.
  func carryOut(_ folders: [StagedFolder]) throws -> [FilePath: [FolderMemory.Left]] {
    let start = ContinuousClock.now
    var left: [FilePath: [FolderMemory.Left]] = [:]
    var differing = folders.filter { !$0.plan.isEmpty }
    for folder in folders {
      left[folder.here.path] = try Leftovers(context, machines, folder).chosen
    }
    for (folder, answers) in try bring(&differing) {
      var (folder, leftovers) = (folder, try Leftovers(context, machines, folder))
      for answer in answers {
        switch answer {
        case .left(let number, let path) where differing.indices.contains(number):
          left[differing[number].here.path, default: []].append(leftovers.ofSource(path))
        case .folder(let number) where differing.indices.contains(number):
          folder = differing[number]
          leftovers = try Leftovers(context, machines, folder)
        default:
          guard let path = try leftovers.left(by: answer) else { continue }
          left[folder.here.path, default: []].append(path)
        }
      }
    }
    for folder in differing { say(folder, since: start) }
    return left
  }

  /// What the target says to each folder: what is little is committed by its plan alone, the rest is
  /// staged first.
  private func bring(
    _ folders: inout [StagedFolder]
  ) throws -> [(folder: StagedFolder, answers: [StageAnswer])] {
    guard let last = folders.last else { return [] }
    let commit = commit(of: folders)
    var mirrors = try folders.map { try StagedMirror(self, $0) }
    if mirrors.map(\.plan).needNoStage {
      var requests = try zip(folders, mirrors).map {
        StageRequest(try header(of: $0), plan: $1.plan)
      }
      requests[requests.count - 1].header.commit = commit
      let answers = try target.commit(requests, isLittle: mirrors.map(\.plan).areLittle) {
        sendWhole(wantedBy: $0, &folders, &mirrors)
        try stream(mirrors)
      }
      if let answers { return [(last, answers)] }
    }
    return try folders.indices.map { index in
      let isLast = index == folders.count - 1
      return (
        folders[index],
        try stageOrAbandon(folders[index], mirrors[index].expanded(), isLast ? commit : nil)
      )
    }
  }

  /// Has files sent whole of which the target does not have the base.
  private func sendWhole(
    wantedBy answers: [StageAnswer], _ folders: inout [StagedFolder],
    _ mirrors: inout [StagedMirror]
  ) {
    var folder = 0
    for answer in answers {
      if case .folder(let number) = answer { folder = number }
      guard case .wanted(let path) = answer, mirrors.indices.contains(folder) else { continue }
      mirrors[folder].sendWhole([path])
      folders[folder].plan.sendWhole([path])
    }
  }

  /// Sends what is new, until all of it is sent or the target has said what went wrong.
  private func stream(_ mirrors: [StagedMirror]) throws {
    var limiter = StreamPace(context, limit: settings.bandwidthLimit)
    do {
      for (index, mirror) in mirrors.enumerated() {
        let stream = FrameStream { [target, pace] batch, amount in
          if target.hasRefused { throw StreamRefused() }
          try limiter.wait(for: batch.bytes.count)
          try target.send(batch)
          pace.update { $0.sent(amount) }
        }
        try mirror.prepare(stream, folder: index)
      }
    } catch is StreamRefused {}
  }

  private struct StreamRefused: Error {}

  /// What was staged of a sync that failed would only take room; one that is aborted leaves it to
  /// the next.
  private func stageOrAbandon(
    _ folder: StagedFolder, _ work: StagedMirror, _ commit: StagedCommit?
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

  private func commit(of folders: [StagedFolder]) -> StagedCommit {
    StagedCommit(folders: folders.map { StagedCommit.Folder($0.here.path, stage: $0.number) })
  }

  private func say(_ folder: StagedFolder, since start: ContinuousClock.Instant) {
    let seconds = (ContinuousClock.now - start).seconds
    let amount = folder.plan.amount
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
