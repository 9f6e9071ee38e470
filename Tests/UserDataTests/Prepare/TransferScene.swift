import Btrfs
import FileTrees
import PCSCore
import PCSTestSupport
import SyncFilter
import SystemPackage

@testable import LiveCommit
@testable import UserData

/// A folder of the source on one file system and a live subvolume of the target, `@home`, on the same:
/// what is in the folder is sent as trees, prepared and committed.
final class TransferScene {
  let btrfs: ScratchBtrfs
  private let top: Directory
  private(set) var outcomes: [CommitOutcome] = []

  init(_ btrfs: ScratchBtrfs) async throws {
    self.btrfs = btrfs
    top = try Directory(btrfs.topLevel)
    try await btrfs.sh("btrfs -q subvolume create source", in: btrfs.topLevel)
  }

  var source: FileTree { FileTree(root: btrfs.topLevel.appending("source")) }
  var live: FileTree { FileTree(root: btrfs.topLevel.appending("@home")) }
  private var state: FilePath { btrfs.topLevel.removingLastComponent().appending("state") }
  private var commits: WaitingCommits { WaitingCommits(directory: state.appending("commits")) }
  private var records: FilePath { state.appending("user-data") }

  /// What only the source has, at the top of the folder.
  func plan() throws -> MirrorPlan {
    let tree = EntryTree(try Directory(source.root))
    var plan = MirrorPlan()
    for name in try tree.root.entries().sorted(by: FilePath.isBefore) {
      guard let handle = try tree.handle(at: name) else { continue }
      let entry = try handle.read()
      if entry.kind == .directory {
        plan.changes.trees.append(FolderChanges.Tree(path: name, entry: entry))
      } else {
        plan.changes.settings.append(
          FolderChanges.Setting(path: name, entry: entry, hasContent: entry.kind == .file))
        let flags = InodeFlags.toTell(handle, entry.kind)
        if flags != 0 { plan.changes.flags[name] = flags }
      }
    }
    return plan
  }

  /// Takes the snapshot of the source's folder that changes are looked for since.
  func takeBase() throws { try snapshotSource("source-base") }

  func snapshotSource(_ name: String) throws {
    if try top.opening(name) != nil { try Subvolume.delete(name, in: top) }
    try Subvolume.snapshot(Directory(source.root), in: top, name, isReadOnly: true)
  }

  private func filtered(_ root: FilePath) throws -> FilteredTree {
    let list = FilterList(folder: "/home", exceptions: [], user: UserRules(exclude: []))
    return FilteredTree(EntryTree(try Directory(root)), Filter(list) { _ in nil })
  }

  private func changesSinceBase() throws -> SourceChanges {
    try snapshotSource("source-now")
    let base = btrfs.topLevel.appending("source-base")
    let now = btrfs.topLevel.appending("source-now")
    let changes = try FolderDiff(base: Directory(base), new: Directory(now), inside: "").changes()
    return try SourceChanges(changes ?? [], now: filtered(now), base: filtered(base))
  }

  /// The files of the source's folder that changed since the base.
  func planSinceBase() throws -> MirrorPlan {
    let changes = try changesSinceBase()
    var plan = MirrorPlan()
    for (path, touch) in changes.touched {
      guard let handle = try EntryTree(Directory(source.root)).handle(at: path) else { continue }
      let entry = try handle.read()
      if entry.kind != .file { continue }
      plan.changes.settings.append(
        FolderChanges.Setting(path: path, entry: entry, hasContent: touch == .content))
      plan.changes.flags[path] = InodeFlags.toTell(handle, .file)
    }
    try addBases(to: &plan)
    return plan
  }

  /// The file `f`, as far as its blocks are not those of the target's.
  func planByBlocks() throws -> MirrorPlan {
    let (here, there) = (
      EntryTree(try Directory(source.root)), EntryTree(try Directory(live.root))
    )
    var plan = try plan()
    for file in plan.filesToCompare({ try? there.entry(at: $0) }) {
      try plan.compare(
        file, here: BlockDigests(of: file.path, in: here, blockSize: file.blockSize),
        there: BlockDigests(of: file.path, in: there, blockSize: file.blockSize))
    }
    return plan
  }

  func addBases(to plan: inout MirrorPlan) throws {
    let base = EntryTree(try Directory(btrfs.topLevel.appending("source-base")))
    try ChangedContents(changesSinceBase().written, base: base, there: [], left: [], unread: [])
      .addBases(to: &plan)
  }

  /// Every frame that the source sends.
  func frames(_ plan: MirrorPlan, _ received: ReceivedFiles? = nil) throws -> [Frame] {
    var frames: [Frame] = []
    let now = try filtered(source.root)
    let stream = FrameStream { batch, _ in try FrameBatch.read(batch.bytes) { frames.append($0) } }
    try PlanSender(stream, folder: 0, now, received: received).send(plan, sources: [:])
    return frames
  }

  /// Begins to prepare a plan for the live subvolume.
  func prepare(
    _ plan: MirrorPlan, session: String = "0badcafe", source: SnapshotIdentity? = nil
  ) throws -> Preparation {
    if try top.opening("pre") != nil { try Subvolume.delete("pre", in: top) }
    try Subvolume.snapshot(Directory(live.root), in: top, "pre", isReadOnly: true)
    let party = SessionRecord.Party(machineID: "id", hostname: "atlas")
    let before = try Directory(btrfs.topLevel.appending("pre"))
    return try Preparation(
      [PlannedFolder("", at: "/home", plan.changes)], from: Preparation.Source(party, [source]),
      live: TopLevel(of: before, for: .writing).live("@home", id: nil).root, before: before,
      session: session)
  }

  func commit(_ preparation: Preparation, session: String = "0badcafe") throws {
    let waiting = WaitingCommit(
      sessionID: session, peer: .init(machineID: "id", hostname: "atlas"),
      folders: [.init(path: "/home", subvolume: "@home")])
    let part = try CommitPart(
      subvolume: "@home", preSync: btrfs.topLevel.appending("pre"), goal: .prepared,
      folders: [""], host: "vega", preparation: preparation.inode)
    outcomes = []
    let request = CommitRequest(waiting: waiting, parts: [part], prepared: [preparation])
    try Commit.carryOut(request, in: commits, records: records) { outcomes.append($1) }
  }

  /// Sends everything in the source's folder and prepares it.
  func prepareAll() throws -> Preparation {
    let plan = try plan()
    let preparation = try prepare(plan)
    for frame in try frames(plan) { try preparation.receive(frame) }
    try preparation.finish()
    return preparation
  }

  /// What a comparison of snapshots shows in the live tree that the commit did not do.
  ///
  /// `byInodes` looks for any in the subvolume's tree first, as a sync does.
  func othersChanges(of session: String = "0badcafe", byInodes: Bool = true) throws -> [FilePath] {
    guard let record = try CommitRecord(at: CommitRecord.path(of: session, "@home", in: records))
    else { return [] }
    try Subvolume.snapshot(Directory(live.root), in: top, "post", isReadOnly: true)
    defer { try? Subvolume.delete("post", in: top) }
    let before = try Directory(btrfs.topLevel.appending("pre"))
    let after = try Directory(btrfs.topLevel.appending("post"))
    if byInodes, try record.isAll(between: before, and: after) { return [] }
    let changes = try FolderDiff(base: before, new: after, inside: "").changes(besides: record)
    return (changes ?? []).map(\.path).sorted(by: FilePath.isBefore)
  }
}
