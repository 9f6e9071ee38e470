import Btrfs
import CLinux
import FileTrees
import Glibc
package import PCSCore
package import SystemPackage

/// Brings desired trees into live subvolumes of this machine, in O(changes), with a journal by
/// which it is completed after whatever ended it.
///
/// Each file is as before or as in the desired tree, whole. What somebody changed since the pre-sync
/// snapshot is left alone. Only a failure that concerns everything (a full disk) is thrown, and then
/// the commit waits; what concerns one path is an outcome. Call it with the machine's lock held.
/// SIGINT, SIGTERM and SIGHUP wait until it is done.
package struct Commit {
  /// An outcome, and the flat name of the subvolume it is about.
  package typealias Report = (_ subvolume: String, _ outcome: CommitOutcome) -> Void

  private var journal: CommitJournal
  private let commits: WaitingCommits
  private let records: FilePath

  /// Carries out `request`.
  ///
  /// Afterwards the stages are the caller's to delete, and `CommitRecord` tells what was done.
  package static func carryOut(
    _ request: CommitRequest, in commits: WaitingCommits = WaitingCommits(),
    records: FilePath = CommitRecord.directory, _ report: Report
  ) throws {
    var commit = Commit(journal: CommitJournal(request), commits: commits, records: records)
    let opened = try commit.openParts()
    try SignalShield.during {
      try withoutActuallyEscaping(report) { report in
        let open = try opened.map { try OpenFiles($0.plan, live: $0.live, before: $0.before) }
        let runs = try commit.prepareOrGiveUp(opened, open, report)
        try commit.finishOrWait(opened) { _ in runs }
      }
    }
  }

  /// Completes a commit that waits; needs nothing but what is on this machine.
  ///
  /// Returns what it was, so that its stages can be deleted.
  @discardableResult
  package static func rollForward(
    _ waiting: WaitingCommit, in commits: WaitingCommits = WaitingCommits(),
    records: FilePath = CommitRecord.directory, _ report: Report
  ) throws -> CommitJournal {
    let journal = try CommitJournal(of: waiting.sessionID, in: commits)
    var commit = Commit(journal: journal, commits: commits, records: records)
    let opened: [OpenPart]
    do { opened = try commit.openParts() } catch is WireError {
      throw CommitError.noJournal(commits.path(of: waiting.sessionID), session: waiting.sessionID)
    }
    try SignalShield.during {
      try withoutActuallyEscaping(report) { report in
        try commit.finishOrWait(opened) { commit in
          let runs = try opened.map { try commit.run($0, OpenFiles(), isRecovery: true, report) }
          try commit.noteDirectories(of: runs)
          for run in runs { try run?.prepare() }
          return runs
        }
      }
    }
    return journal
  }

  /// Writes the journal, and makes ready what can be before anything is changed; what fails by then
  /// is given up.
  private mutating func prepareOrGiveUp(
    _ opened: [OpenPart], _ open: [OpenFiles], _ report: @escaping Report
  ) throws -> [CommitRun?] {
    var runs: [CommitRun?] = []
    do {
      try journal.writeGoals(in: commits)
      try journal.write(in: commits)
      for (part, open) in zip(opened, open) {
        runs.append(try run(part, open, isRecovery: false, report))
      }
      try noteDirectories(of: runs)
      for run in runs { try run?.prepare() }
      return runs
    } catch {
      // Where even that fails it waits.
      try? giveUp(runs)
      throw error
    }
  }

  /// Writes into the journal by which numbers the preparation directories are found again.
  private mutating func noteDirectories(of runs: [CommitRun?]) throws {
    let known = journal.parts.map(\.preparation)
    for (index, run) in runs.enumerated() {
      if let run { journal.parts[index].preparation = run.preparation.inode }
    }
    if journal.parts.map(\.preparation) != known { try journal.write(in: commits) }
  }

  private func giveUp(_ runs: [CommitRun?]) throws {
    for run in runs { try run?.giveUp() }
    try commits.remove(journal.waiting.sessionID)
  }

  /// The work on a part; nil when it is done.
  private func run(
    _ part: OpenPart, _ open: OpenFiles, isRecovery: Bool, _ report: @escaping Report
  ) throws -> CommitRun? {
    if part.part.isDone { return nil }
    let session = journal.waiting.sessionID
    let units = try LeftUnits(
      part.plan, live: part.live, before: part.before, desired: part.desired)
    return try CommitRun(
      part.part, part.plan, live: part.live, before: part.before, desired: part.desired,
      open: open, units: units, session: session, isRecovery: isRecovery
    ) { report(part.part.subvolume, $0) }
  }

  private mutating func finishOrWait(
    _ opened: [OpenPart], _ runs: (inout Commit) throws -> [CommitRun?]
  ) throws {
    do {
      let runs = try runs(&self)
      try finish(opened, runs)
    } catch let error as any ToolError where error.exitStatus == .noSpace {
      throw CommitError.noRoom(error.description, session: journal.waiting.sessionID)
    }
  }

  private mutating func finish(_ opened: [OpenPart], _ runs: [CommitRun?]) throws {
    let session = journal.waiting.sessionID
    let isOrdered = try opened.allSatisfy { try isOnSameFileSystem($0.live) }
    for (index, (part, run)) in zip(opened, runs).enumerated() {
      guard let run else { continue }
      try run.carryOut()
      try run.ledger.writeRecord(
        to: CommitRecord.path(of: session, part.part.subvolume, in: records),
        tree: run.live.tree, prepared: part.desired.prepared)
      if isOrdered { continue }
      try part.live.syncFileSystem()
      journal.parts[index].isDone = true
      if index < opened.count - 1 { try journal.write(in: commits) }
    }
    try commits.remove(session, isDurable: !isOrdered)
  }

  /// Whether what is done to a live tree comes to disk no later than that the journal is gone.
  ///
  /// btrfs writes transaction by transaction. On another file system the tree has to be written
  /// first.
  private func isOnSameFileSystem(_ live: Directory) throws -> Bool {
    let directory = try Directory(commits.directory)
    guard try FileSystem.isBtrfs(directory.descriptor, directory.path) else { return false }
    return try FileSystem(holding: directory).id == FileSystem(holding: live).id
  }
}

extension Commit {
  /// A part whose snapshots are open, and what it comes to.
  fileprivate struct OpenPart {
    let part: CommitPart
    let live: Directory
    let before: Directory
    let desired: any DesiredTree
    let plan: CommitPlan
  }

  private func openParts() throws -> [OpenPart] {
    try zip(journal.parts, journal.goals).map { try open($0, $1) }
  }

  private func open(_ part: CommitPart, _ goal: PreparedGoal?) throws -> OpenPart {
    let before = try open(part.preSync)
    let desired = try desired(of: part, goal, from: before)
    let topLevel = try TopLevel(of: before, for: .writing)
    let live = try topLevel.live(part.subvolume, id: part.id).root
    let (changes, newWithin) = part.isDone ? ([], [:]) : try desired.changes(since: before)
    let plan = try CommitPlan(
      changes, newWithin: newWithin, prefixes: part.prefixes, namesOf: desired.paths)
    return OpenPart(part: part, live: live, before: before, desired: desired, plan: plan)
  }

  private func desired(
    of part: CommitPart, _ goal: PreparedGoal?, from before: Directory
  ) throws -> any DesiredTree {
    switch part.goal {
    case .stage(let identity):
      let stage = try open(identity)
      guard try Subvolume(at: stage).parentUUID.description == part.preSync.uuid else {
        throw CommitError.foreignStage(FilePath(identity.path), of: before.path)
      }
      return SnapshotTree(stage)
    case .prepared:
      guard let goal else { throw WireError() }
      return try PreparedTree(goal.folders, before: before, prepared: goal.entries)
    }
  }

  private func open(_ snapshot: SnapshotIdentity) throws -> Directory {
    let path = FilePath(snapshot.path)
    let session = journal.waiting.sessionID
    guard let directory = try Directory.ifPresent(path) else {
      throw CommitError.missing(path, session: session)
    }
    guard try Subvolume.isRoot(directory) else {
      throw CommitError.altered(path, session: session)
    }
    let subvolume = try Subvolume(at: directory)
    guard subvolume.isReadOnly, subvolume.uuid.description == snapshot.uuid,
      subvolume.generation == snapshot.generation
    else { throw CommitError.altered(path, session: session) }
    return directory
  }
}
