import Btrfs
import FileTrees
import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing
import UserData

/// A live subvolume `@home`, its pre-sync snapshot and a stage of it, on a file system of their own.
final class CommitScene {
  let btrfs: ScratchBtrfs
  private let top: Directory
  private(set) var outcomes: [CommitOutcome] = []

  init(_ btrfs: ScratchBtrfs) throws {
    self.btrfs = btrfs
    top = try Directory(btrfs.topLevel)
  }

  var live: FileTree { FileTree(root: btrfs.topLevel.appending("@home")) }
  var before: FileTree { FileTree(root: btrfs.topLevel.appending("pre")) }
  var stage: FileTree { FileTree(root: btrfs.topLevel.appending("stage")) }
  /// On another file system, which does not become full with this one.
  private var state: FilePath { btrfs.topLevel.removingLastComponent().appending("state") }
  var commits: WaitingCommits { WaitingCommits(directory: state.appending("commits")) }
  var records: FilePath { state.appending("user-data") }

  /// Takes the pre-sync snapshot, and a stage that can be written to.
  func takeSnapshots() throws {
    for name in ["pre", "stage"] where try top.opening(name) != nil {
      try Subvolume.delete(name, in: top)
    }
    let home = try Directory(live.root)
    try Subvolume.snapshot(home, in: top, "pre", isReadOnly: true)
    try Subvolume.snapshot(Directory(before.root), in: top, "stage", isReadOnly: false)
    mkdir(state.string, 0o700)
  }

  /// The part to be committed; makes the stage read-only.
  func part(_ goal: CommitGoal? = nil) throws -> CommitPart {
    try Subvolume.makeReadOnly(Directory(stage.root))
    return try CommitPart(
      subvolume: "@home", preSync: before.root, goal: goal ?? .stage(at: stage.root), folders: [""],
      host: "vega")
  }

  /// The same as the stage, by a plan alone.
  func plan() throws -> CommitGoal {
    try Subvolume.makeReadOnly(Directory(stage.root))
    return .plans(
      try StagePlan.folders(from: Directory(before.root), to: Directory(stage.root)))
  }

  static let waiting = WaitingCommit(
    sessionID: "0badcafe", peer: .init(machineID: "id of atlas", hostname: "atlas"),
    folders: [.init(path: "/home", subvolume: "@home")])

  @discardableResult
  func commit(_ goal: CommitGoal? = nil) throws -> [CommitOutcome] {
    let request = CommitRequest(waiting: Self.waiting, parts: [try part(goal)])
    outcomes = []
    try Commit.carryOut(request, in: commits, records: records) { outcomes.append($1) }
    return outcomes
  }

  /// Runs a script in the live tree, changes the stage by another, and commits; what a third one
  /// does in the live tree comes in between.
  @discardableResult
  func run(
    live first: String, stage second: String, meanwhile: String = "", isPlanned: Bool = false
  ) async throws -> [CommitOutcome] {
    try await btrfs.sh(first, in: live.root)
    try takeSnapshots()
    try await btrfs.sh(second, in: stage.root)
    try await btrfs.sh(meanwhile, in: live.root)
    return try commit(isPlanned ? plan() : nil)
  }

  func rollForward() throws {
    outcomes = []
    let waiting = try commits.read("0badcafe")
    guard let waiting else { return }
    try Commit.rollForward(waiting, in: commits, records: records) { outcomes.append($1) }
  }

  /// What is different in the live tree from the stage.
  func differences() throws -> [String] {
    let (is_, wanted) = (try live.manifest(), try stage.manifest())
    return Set(is_.keys).union(wanted.keys).filter { is_[$0] != wanted[$0] }.map {
      "\($0)\n  is        \(is_[$0] ?? "-")\n  should be \(wanted[$0] ?? "-")"
    }.sorted()
  }

  /// What differs between the pre-sync snapshot and the live tree.
  func changesSinceBefore() throws -> [Change] {
    try withSnapshot { try SnapshotDiff(base: $0, new: $1).changes() }
  }

  /// Hands on the pre-sync snapshot and one of the live tree as it is.
  func withSnapshot<Result>(_ body: (Directory, Directory) throws -> Result) throws -> Result {
    try Subvolume.snapshot(Directory(live.root), in: top, "post", isReadOnly: true)
    defer { try? Subvolume.delete("post", in: top) }
    return try body(Directory(before.root), Directory(top.path.appending("post")))
  }

  func record() throws -> CommitRecord? {
    try CommitRecord(at: CommitRecord.path(of: "0badcafe", "@home", in: records))
  }

  /// The outcomes as lines, without what went as it should.
  var undone: [String] {
    outcomes.filter { $0.level >= .warning }.map { $0.message(below: "/") }.sorted()
  }
}
