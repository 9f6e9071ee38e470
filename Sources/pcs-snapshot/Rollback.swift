import ArgumentParser
import Btrfs
import FileTrees
import PCSCore
import PCSTool
import SystemPackage

struct Rollback: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "rollback", "Bring subvolumes back to their snapshots of before a session.",
    discussion: """
      The replaced subvolumes are kept at the top level; 'prune --rolledback' removes them. What
      is mounted takes effect with the next mount or boot. Run again, it finishes what was cut
      short.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var place: SnapshotPlace
  @Option(
    name: .customLong("subvolume"), parsing: .upToNextOption,
    help: ArgumentHelp("Subvolumes by their flat names. (default: all)", valueName: "name"))
  var subvolumes: [String] = []
  @Flag(help: "Do not ask.") var yes = false
  @Flag(help: "Say what would be done, and do nothing.") var dryRun = false

  func validate() throws {
    if common.session == nil {
      throw ArgumentParser.ValidationError("--session says what to go back to")
    }
  }

  func run(_ reporter: Reporter) async throws {
    let session = reporter.sessionID
    let places = try await place.all(reporter)
    guard Places.isRoot else { throw BtrfsError.needsRoot }
    let lock = try SessionLock()
    defer { lock.release() }
    let plan = try RollbackPlan(
      session: session, subvolumes: subvolumes, places: places,
      records: RolledBackRecord.readable(reporter), commits: commits(reporter), isDryRun: dryRun)
    try plan.check()
    if !plan.isResumed, dryRun || !yes { try reportLaterWork(plan, reporter) }
    if dryRun { return announce(plan, reporter) }
    if !plan.isResumed { try confirm(plan) }
    var isComplete = true
    try plan.carryOut { step in
      report(step, reporter)
      if case .nestedLeft = step { isComplete = false }
    }
    try dropCommit(of: session, reporter)
    try dropPostSync(session, plan, reporter)
    try RolledBackRecord.mark(session, reporter)
    try plan.finish()
    sayWhen(plan, reporter)
    if !isComplete { throw Finished(.partial) }
  }

  /// What waits; what cannot be read, and so cannot be completed either, keeps nobody from going back.
  private func commits(_ reporter: Reporter) -> [WaitingCommit] {
    do {
      return try reporter.warnOfWaitingCommits()
    } catch {
      reporter.log(.warning, "\(error)")
      return []
    }
  }

  private func dropCommit(of session: String, _ reporter: Reporter) throws {
    let commits = WaitingCommits()
    guard commits.waits(session) else { return }
    try commits.remove(session)
    reporter.log(.info, "Dropped the commit of session \(session) that waited for its end")
  }

  private func reportLaterWork(_ plan: RollbackPlan, _ reporter: Reporter) throws {
    for work in try plan.laterWork() {
      reporter.log(work.paths.isEmpty ? .info : .warning, work.text)
    }
  }

  private func announce(_ plan: RollbackPlan, _ reporter: Reporter) {
    for entry in plan.journal.entries {
      reporter.log(
        .info,
        "Would bring \(entry.subvolume) back to \(entry.snapshot) and keep it as \(entry.kept)")
    }
  }

  private func confirm(_ plan: RollbackPlan) throws {
    if yes { return }
    let names = plan.journal.entries.map(\.subvolume).joined(separator: ", ")
    let question = "Bring \(names) back to before session \(plan.journal.session)? What changed"
    guard
      try Question.ask("\(question) since then is kept aside. [y/N] ", answeredBy: "--yes")
    else {
      throw SyncError("rollback declined: nothing was changed", id: "rollback.declined")
    }
  }

  private func report(_ step: RollbackStep, _ reporter: Reporter) {
    switch step {
    case .copied(let name): reporter.log(.full, "Copied the pre-sync snapshot of \(name)")
    case .exchanged(let name, let kept):
      reporter.log(.info, "Brought back \(name); the replaced one is kept as \(kept)")
    case .nested(let path, let name):
      reporter.log(
        .info, "Moved the nested subvolume \(path) into \(name)", WirePath(path).context)
    case .nestedLeft(let path, let why):
      reporter.log(
        .warning, "Left the nested subvolume \(path) where it is: \(why)", WirePath(path).context)
    }
  }

  private func dropPostSync(
    _ session: String, _ plan: RollbackPlan, _ reporter: Reporter
  ) throws {
    let deletion = Deletion(reporter: reporter, isDryRun: false)
    for place in plan.places {
      let ours = try SnapshotList.read(place).filter {
        $0.sessionID == session && $0.kind == .postSync
      }
      guard let open = place.existing else { continue }
      _ = try deletion.delete(ours.map { ($0.snapshotPath, session) }, in: open, "snapshot")
    }
  }

  private func sayWhen(_ plan: RollbackPlan, _ reporter: Reporter) {
    for (name, place) in plan.effects() {
      switch place {
      case nil: reporter.log(.info, "\(name) is back to before the sync, now")
      case "/": reporter.log(.warning, "\(name) is back to before the sync after a reboot")
      case let place?:
        reporter.log(
          .warning,
          "\(name) is back to before the sync once \(place) is mounted anew, or after a reboot")
      }
    }
  }
}
