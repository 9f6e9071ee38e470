import Btrfs
import FileTrees
import PCSCore
import PCSTestSupport
import SystemPackage

@testable import LiveCommit
@testable import UserData

/// Syncs of one folder to an empty subvolume that are interrupted, and the one that continues them.
final class ResumeScene {
  let scene: TransferScene
  private var syncs = 0
  /// Bytes of files that the last sync sent.
  private(set) var sent = 0
  /// Files that the last sync reused whole.
  private(set) var reused = 0
  /// Whether the last sync compared contents.
  private(set) var readsContent = false

  init(_ btrfs: ScratchBtrfs, _ script: String) async throws {
    scene = try await TransferScene(btrfs)
    try await btrfs.sh(script, in: scene.source.root)
  }

  private var btrfs: ScratchBtrfs { scene.btrfs }
  var session: String { "0000000\(syncs)" }
  /// The directory of the last sync.
  var prepared: FilePath { scene.live.root.appending(".pcs-commit-\(session)") }

  func change(_ script: String) async throws {
    try await btrfs.sh(script, in: scene.source.root)
  }

  /// A sync that is interrupted once so much of all content has arrived.
  func interrupt(at share: Double) throws {
    let (preparation, plan, frames) = try begin()
    var rest = Int(Double(try size(of: plan)) * share)
    for frame in frames where rest > 0 {
      try preparation.receive(frame)
      rest -= frame.content + frame.reusedBytes
    }
    try preparation.writeReceipt()
  }

  /// A sync that comes to its end.
  func finish() throws {
    let (preparation, _, frames) = try begin()
    for frame in frames { try preparation.receive(frame) }
    sent = frames.reduce(0) { $0 + $1.content }
    try preparation.finish()
    try scene.commit(preparation, session: session)
  }

  func size(of plan: MirrorPlan) throws -> Int {
    try scene.frames(plan).reduce(0) { $0 + $1.content }
  }

  func begin() throws -> (Preparation, MirrorPlan, [Frame]) {
    syncs += 1
    try scene.snapshotSource("source-\(syncs)")
    let path = btrfs.topLevel.appending("source-\(syncs)")
    try Directory(path).syncFileSystem()
    let plan = try scene.plan()
    let preparation = try scene.prepare(
      plan, session: session, source: SnapshotIdentity(path))
    let received = try received(preparation, plan, now: Directory(path))
    let frames = try scene.frames(plan, received)
    reused = frames.filter(\.isReusedWhole).count
    return (preparation, plan, frames)
  }

  /// What both machines do between the plans and the frames.
  private func received(
    _ preparation: Preparation, _ plan: MirrorPlan, now: Directory
  ) throws -> ReceivedFiles {
    var found = ReceivedFiles(place: "")
    let mount = try MountIdentity.of(now)
    for receipt in try preparation.adoptInterrupted(besidesThoseOf: []) {
      guard let one = preparation.interrupted[receipt.session] else { continue }
      let changes = try ChangesSinceReceived(
        since: receipt.folders.first?.snapshot, now: now, inside: "")
      readsContent = receipt.mount != mount || changes == nil
      let list = ReceivedList(receipt.session, readsContent: readsContent)
      try one.answer(readsContent: readsContent) { batch in
        list.add(try ReceivedBatch(line: batch.line))
      }
      list.end()
      found.add(list, changes)
      for large in list.large { try compare(large, of: one, plan, changes, &found) }
    }
    return found
  }

  private func compare(
    _ large: ReceivedBatch.Large, of one: InterruptedPreparation, _ plan: MirrorPlan,
    _ changes: ChangesSinceReceived?, _ found: inout ReceivedFiles
  ) throws {
    let tree = EntryTree(try Directory(scene.source.root))
    let sent = found.largeFiles(of: plan, changes)
    guard let part = try found.part(large, sent, tree) else { return }
    let request = ReceivedBlocksRequest(
      subvolume: 0, session: one.receipt.session,
      files: [.init(part.received, blockSize: part.blockSize)])
    var lines: [[UInt8]] = []
    try one.answer(request) { lines.append($0) }
    guard let there = try request.digests(lines).first ?? nil else { return }
    let here = try BlockDigests(of: part.path, in: tree, blockSize: part.blockSize)
    found.add(part, of: one.receipt.session, here: here, there: there)
  }

  /// Replaces the receipt of the last sync.
  func alterReceipt(
    source: String? = nil, subvolume: String? = nil, mount: String? = nil, age: Duration = .zero
  ) throws {
    let directory = try Directory(prepared)
    guard let old = try Receipt(in: directory) else { return }
    let receipt = Receipt(
      source: .init(machineID: source ?? old.source.machineID, hostname: "atlas"),
      session: old.session, folders: old.folders, subvolume: subvolume ?? old.subvolume,
      mount: mount ?? old.mount, begun: old.begun.advanced(by: .zero - age),
      directories: old.directories)
    try receipt.write(to: directory)
  }

  /// Whether both folders are equal, nothing of ours is left, and no change looks like a user's.
  func isDone() async throws -> Bool {
    let cmp = """
      find source -type f -printf '%P\\0' | xargs -0 -I{} cmp source/{} @home/{}
      """
    try await btrfs.sh(cmp, in: btrfs.topLevel)
    var (live, source) = (try scene.live.manifest(), try scene.source.manifest())
    (live["."], source["."]) = (nil, nil)
    let undone = scene.outcomes.filter(\.isUndone)
    let others = try [true, false].flatMap {
      try scene.othersChanges(of: session, byInodes: $0)
    }
    return live == source && undone.isEmpty && others.isEmpty
  }
}

extension Frame {
  /// Bytes of files in it.
  fileprivate var content: Int {
    switch self {
    case .setting(_, _, let short), .entry(_, _, _, let short): short?.count ?? 0
    case .data(_, let bytes): bytes.count
    default: 0
    }
  }

  fileprivate var reusedBytes: Int {
    if case .reusedEntry(_, let entry, _, let file) = self, file.isWhole {
      Int(entry.size)
    } else {
      0
    }
  }

  fileprivate var isReusedWhole: Bool {
    switch self {
    case .reusedEntry(_, _, _, let file), .reusedSetting(_, _, let file): file.isWhole
    default: false
    }
  }
}
