import Btrfs
package import FileTrees
import Glibc
package import LiveCommit
package import PCSCore
package import SystemPackage

/// A live subvolume `@home`, its pre-sync snapshot and a stage of it, on a file system of their own.
package final class CommitScene {
  package let btrfs: ScratchBtrfs
  private let top: Directory
  package private(set) var outcomes: [CommitOutcome] = []

  package init(_ btrfs: ScratchBtrfs) throws {
    self.btrfs = btrfs
    top = try Directory(btrfs.topLevel)
  }

  package var live: FileTree { FileTree(root: btrfs.topLevel.appending("@home")) }
  package var before: FileTree { FileTree(root: btrfs.topLevel.appending("pre")) }
  package var stage: FileTree { FileTree(root: btrfs.topLevel.appending("stage")) }
  /// On another file system, which does not become full with this one.
  private var state: FilePath { btrfs.topLevel.removingLastComponent().appending("state") }
  package var commits: WaitingCommits { WaitingCommits(directory: state.appending("commits")) }
  package var records: FilePath { state.appending("user-data") }

  /// Takes the pre-sync snapshot, and a stage that can be written to.
  package func takeSnapshots() throws {
    for name in ["pre", "stage"] where try top.opening(name) != nil {
      try Subvolume.delete(name, in: top)
    }
    let home = try Directory(live.root)
    try Subvolume.snapshot(home, in: top, "pre", isReadOnly: true)
    try Subvolume.snapshot(Directory(before.root), in: top, "stage", isReadOnly: false)
    mkdir(state.string, 0o700)
  }

  /// The part to be committed; makes the stage read-only.
  package func part(_ preparation: Preparation? = nil) throws -> CommitPart {
    try Subvolume.makeReadOnly(Directory(stage.root))
    return try CommitPart(
      subvolume: "@home", preSync: before.root,
      goal: preparation == nil ? .stage(at: stage.root) : .prepared, folders: [""], host: "vega",
      preparation: preparation?.inode)
  }

  /// Prepares what makes the live tree the same as the stage.
  package func prepare() throws -> Preparation {
    try Subvolume.makeReadOnly(Directory(stage.root))
    let before = try Directory(before.root)
    let plan = try StagePlan(from: before, to: Directory(stage.root))
    let preparation = try Preparation(
      plan.folders, from: Preparation.Source(Self.waiting.peer),
      live: TopLevel(of: before, for: .writing).live("@home", id: nil).root, before: before,
      session: "0badcafe")
    do {
      for batch in plan.batches { try FrameBatch.read(batch, preparation.receive) }
      try preparation.finish()
    } catch {
      try? preparation.discard()
      throw error
    }
    return preparation
  }

  package static let waiting = WaitingCommit(
    sessionID: "0badcafe", peer: .init(machineID: "id of atlas", hostname: "atlas"),
    folders: [.init(path: "/home", subvolume: "@home")])

  @discardableResult
  package func commit(_ preparation: Preparation? = nil) throws -> [CommitOutcome] {
    let request = CommitRequest(
      waiting: Self.waiting, parts: [try part(preparation)], prepared: [preparation])
    outcomes = []
    try Commit.carryOut(request, in: commits, records: records) { outcomes.append($1) }
    return outcomes
  }

  /// Runs a script in the live tree, changes the stage by another, and commits; what a third one
  /// does in the live tree comes in between, once everything is prepared.
  @discardableResult
  package func run(
    live first: String, stage second: String, meanwhile: String = "", isPlanned: Bool = false
  ) async throws -> [CommitOutcome] {
    try await btrfs.sh(first, in: live.root)
    try takeSnapshots()
    try await btrfs.sh(second, in: stage.root)
    let preparation = isPlanned ? try prepare() : nil
    try await btrfs.sh(meanwhile, in: live.root)
    return try commit(preparation)
  }

  package func rollForward() throws {
    outcomes = []
    let waiting = try commits.read("0badcafe")
    guard let waiting else { return }
    try Commit.rollForward(waiting, in: commits, records: records) { outcomes.append($1) }
  }

  /// What is different in the live tree from the stage.
  package func differences() throws -> [String] {
    let (is_, wanted) = (try live.manifest(), try stage.manifest())
    return Set(is_.keys).union(wanted.keys).filter { is_[$0] != wanted[$0] }.map {
      "\($0)\n  is        \(is_[$0] ?? "-")\n  should be \(wanted[$0] ?? "-")"
    }.sorted()
  }

  /// What differs between the pre-sync snapshot and the live tree.
  package func changesSinceBefore() throws -> [Change] {
    try withSnapshot { try SnapshotDiff(base: $0, new: $1).changes() }
  }

  /// Hands on the pre-sync snapshot and one of the live tree as it is.
  package func withSnapshot<Result>(_ body: (Directory, Directory) throws -> Result) throws
    -> Result
  {
    try Subvolume.snapshot(Directory(live.root), in: top, "post", isReadOnly: true)
    defer { try? Subvolume.delete("post", in: top) }
    return try body(Directory(before.root), Directory(top.path.appending("post")))
  }

  package func record() throws -> CommitRecord? {
    try CommitRecord(at: CommitRecord.path(of: "0badcafe", "@home", in: records))
  }

  /// The outcomes as lines, without what went as it should.
  package var undone: [String] {
    outcomes.filter { $0.level >= .warning }.map { $0.message(below: "/") }.sorted()
  }
}
