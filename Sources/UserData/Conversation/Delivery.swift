import FileTrees
import LiveCommit
import PCSCore
import SystemPackage

/// Brings what was decided onto the target.
struct Delivery {
  let context: ModuleContext
  let settings: UserDataSettings
  let target: TargetConversation
  let machines: BothMachines
  let pace: ProgressPace

  /// Makes every folder that differs equal there, all of them at once; returns what stays
  /// different.
  func carryOut(_ folders: [DecidedFolder]) throws -> [FilePath: [FolderMemory.Left]] {
    let start = ContinuousClock.now
    var left: [FilePath: [FolderMemory.Left]] = [:]
    var differing = folders.filter { !$0.plan.isEmpty }
    for folder in folders {
      left[folder.here.path] = try Leftovers(context, machines, folder).chosen
    }
    guard var folder = differing.first else { return left }
    var leftovers = try Leftovers(context, machines, folder)
    for answer in try bring(&differing) {
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
    for folder in differing { say(folder, since: start) }
    return left
  }

  /// Has the target carry out the plans; returns its answers, which begin with the first folder.
  private func bring(_ folders: inout [DecidedFolder]) throws -> [PlanAnswer] {
    if folders.isEmpty { return [] }
    var senders = try folders.map { try FolderSender(self, $0) }
    // The target may want content once for each subvolume.
    for _ in 0...folders.count {
      let requests = try zip(folders, senders).map {
        PlanRequest(try header(of: $0), $1.plan.changes)
      }
      var received: [ReceivedFiles]?
      let answers = try target.commit(
        requests, isLittle: senders.map(\.plan).areLittle,
        resume: { syncs in
          if syncs.isEmpty { return }
          received = try continuation.received(syncs, folders, senders.map(\.plan))
        }, stream: { try stream(senders, received) })
      let wanted = answers.wanted
      if wanted.isEmpty { return answers }
      for (folder, paths) in wanted where senders.indices.contains(folder) {
        senders[folder].sendWhole(paths)
        folders[folder].plan.sendWhole(paths)
      }
      let amount = folders.reduce(.none) { $0 + $1.plan.amount }
      pace.update { $0.begin(amount) }
    }
    throw WireError()
  }

  /// Sends what is new, until all of it is sent or the target has said what went wrong.
  private func stream(_ senders: [FolderSender], _ received: [ReceivedFiles]?) throws {
    var link = FrameLink(context, settings, to: target)
    var bytes: UInt64 = 0
    do {
      for (index, sender) in senders.enumerated() {
        let stream = FrameStream { [target, pace] batch, amount in
          if target.hasRefused { throw StreamRefused() }
          try link.send(batch)
          pace.update { $0.sent(amount) }
        }
        try sender.send(stream, folder: index, received?[index])
        bytes += stream.bytes
      }
      if received == nil { return }
      context.log(
        .info, "Sent \(Size.text(bytes)); the target had the rest",
        ["sent_bytes": .integer(Int64(clamping: bytes))])
    } catch is StreamRefused {}
  }

  private var continuation: Continuation {
    Continuation(context: context, target: target, machines: machines, pace: pace)
  }

  private struct StreamRefused: Error {}

  private func header(of folder: DecidedFolder) throws -> PlanRequest.Header {
    let party = SessionRecord.Party(
      machineID: try Machine.machineID(), hostname: machines.source.hostname)
    return PlanRequest.Header(
      session: context.session.id, peer: party, folder: folder.here.path,
      subvolume: folder.subvolume,
      snapshots: context.invocation.snapshots,
      sourceSnapshot: try SnapshotIdentity(folder.here.snapshot.root.path))
  }

  private func say(_ folder: DecidedFolder, since start: ContinuousClock.Instant) {
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

extension [PlanAnswer] {
  /// The files of which the content is wanted, by the places of their folders.
  fileprivate var wanted: [Int: [FilePath]] {
    var wanted: [Int: [FilePath]] = [:]
    var folder = 0
    for answer in self {
      switch answer {
      case .folder(let number): folder = number
      case .wanted(let path): wanted[folder, default: []].append(path)
      default: break
      }
    }
    return wanted
  }
}
