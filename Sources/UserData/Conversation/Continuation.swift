import FileTrees
import LiveCommit
import PCSCore
import SystemPackage

/// Finds out which files of the plans interrupted syncs have brought to the target already.
struct Continuation {
  let context: ModuleContext
  let target: TargetConversation
  let machines: BothMachines
  let pace: ProgressPace

  /// Returns the files of each folder; `syncs` has the newest first.
  func received(
    _ syncs: [InterruptedSync], _ folders: [DecidedFolder], _ plans: [MirrorPlan]
  ) throws -> [ReceivedFiles] {
    let places = folders.map { machines.target[$0.here.path]?.inside ?? "" }
    var found = places.map { ReceivedFiles(place: $0) }
    for sync in syncs {
      let own = folders.indices.filter { index in
        folders[index].subvolume == sync.subvolume
          && sync.folders.contains { $0.place == places[index] }
      }
      let changes = try own.map {
        try ChangesSinceReceived(
          since: sync.snapshot(of: places[$0]), now: folders[$0].here.snapshot.root,
          inside: folders[$0].here.inside)
      }
      let isTrusted = sync.isSameMount && changes.allSatisfy { $0 != nil }
      let list = try ask(sync, readsContent: !isTrusted)
      for (index, changes) in zip(own, changes) { found[index].add(list, changes) }
      say(sync, list)
      for (index, changes) in zip(own, changes) where !list.large.isEmpty {
        try compare(list, of: sync, folders[index], plans[index], changes, &found[index])
      }
    }
    return found
  }

  private func ask(
    _ sync: InterruptedSync, readsContent: Bool
  ) throws -> ReceivedList {
    pace.say("Looking at what was received before")
    let request = ReceivedRequest(
      subvolume: sync.subvolume, session: sync.session, readsContent: readsContent)
    // The answer has ended before anything else uses it.
    nonisolated(unsafe) let list = ReceivedList(sync.session, readsContent: readsContent)
    try target.ask(.received(request)) { list.add(try ReceivedBatch(line: $0)) }
    list.end()
    return list
  }

  private func say(_ sync: InterruptedSync, _ list: ReceivedList) {
    if list.count == 0 { return }
    context.log(
      .info,
      "Continues the interrupted sync of \(sync.begun): \(list.count) file"
        + "\(list.count == 1 ? "" : "s"), \(Size.text(list.bytes)) received",
      [
        "received_files": .integer(Int64(list.count)),
        "received_bytes": .integer(Int64(clamping: list.bytes)),
      ])
    pace.update { $0.reuses(list.bytes) }
  }

  // MARK: Files that were received in part

  private func compare(
    _ list: ReceivedList, of sync: InterruptedSync, _ folder: DecidedFolder,
    _ plan: MirrorPlan, _ changes: ChangesSinceReceived?, _ found: inout ReceivedFiles
  ) throws {
    let tree = EntryTree(folder.here.snapshot.folder)
    let sent = found.largeFiles(of: plan, changes)
    let files = try list.large.compactMap { try found.part($0, sent, tree) }
    for start in stride(from: 0, to: files.count, by: Self.batch) {
      let batch = Array(files[start..<min(start + Self.batch, files.count)])
      for file in batch {
        pace.say("Comparing \(WirePath(folder.here.path.pushing(file.path)).text)")
      }
      var ours: [BlockDigests] = []
      let request = ReceivedBlocksRequest(
        subvolume: sync.subvolume, session: sync.session,
        files: batch.map { .init($0.received, blockSize: $0.blockSize) })
      let theirs = try target.blocks(request) {
        ours = try batch.map { try BlockDigests(of: $0.path, in: tree, blockSize: $0.blockSize) }
      }
      for (file, (here, there)) in zip(batch, zip(ours, theirs)) {
        if let there { found.add(file, of: sync.session, here: here, there: there) }
      }
    }
  }

  /// Files in one question; the digests of each take up to a mebibyte on either side.
  private static let batch = 16
}
