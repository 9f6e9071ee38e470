import ArgumentParser
import Btrfs
import FileTrees
import PCSCore
import PCSTool
import SystemPackage

struct Prune: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "prune", "Delete old snapshots, a whole session at a time.",
    discussion: """
      Without options by the configuration's max_age_days and keep_recent. What the next sync
      builds upon stays, and so does everything that is not ours.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var place: SnapshotPlace
  @Option(help: ArgumentHelp("Only sessions older than this, such as 7d.", valueName: "duration"))
  var olderThan: DurationArgument?
  @Option(help: ArgumentHelp("How many of the newest sessions stay.", valueName: "count"))
  var keepRecent: Int?
  @Flag(help: "Say what would be deleted, and delete nothing.")
  var dryRun = false
  @Flag(
    name: .customLong("rolledback"),
    help: "Delete the subvolumes that rollbacks put aside, instead of snapshots.")
  var isForRolledBack = false

  func validate() throws {
    if let keepRecent, keepRecent < 0 {
      throw ArgumentParser.ValidationError("--keep-recent must not be negative")
    }
  }

  func run(_ reporter: Reporter) async throws {
    let settings =
      try needsSettings
      ? await SnapshotSettings.configured() ?? SnapshotSettings(nil) : SnapshotSettings(nil)
    let places = try SnapshotPlace.all(
      place.directory ?? settings.directory, folders: settings.folders, reporter)
    let deletion = Deletion(reporter: reporter, isDryRun: dryRun)
    let isComplete =
      isForRolledBack
      ? try deletion.rolledBack(near: places, olderThan: olderThan?.duration)
      : try deletion.snapshots(in: places, by: retention(settings), session: common.session)
    if !isComplete { throw Finished(.partial) }
  }

  /// Whether the options leave something to the configuration, which may not be usable here.
  private var needsSettings: Bool {
    place.directory == nil || !isForRolledBack && keepRecent == nil
  }

  /// What the options say; what neither says is as configured.
  func retention(_ settings: SnapshotSettings) -> Retention {
    let recent = keepRecent ?? settings.keepRecent
    if let olderThan { return Retention(keepRecent: recent, maximumAge: olderThan.duration) }
    let configured = Duration.seconds(settings.maximumAge * 86400)
    return Retention(keepRecent: recent, maximumAge: keepRecent == nil ? configured : nil)
  }
}

/// Deletes what may go, and goes on when one cannot be deleted.
struct Deletion {
  let reporter: Reporter
  let isDryRun: Bool

  /// Whether all that may go went.
  func snapshots(
    in places: [SnapshotDirectory], by retention: Retention, session: String?
  ) throws -> Bool {
    let records = try SessionHistory().records()
    let pinned = PinnedSessions(records, now: .now)
    // A commit that waits cannot be completed without the snapshots of its session.
    let waiting = try reporter.warnOfWaitingCommits().map(\.sessionID)
    let expired = try retention.expired(
      SnapshotList.read(places), numbers: records.numbers,
      pinned: pinned.current.union(waiting).union(running()), now: .now
    ).filter { session == nil || $0.sessionID == session }
    if isDryRun, expired.isEmpty {
      let needed = pinned.current.sorted().joined(separator: ", ")
      reporter.log(
        .info,
        "Nothing to delete" + (needed.isEmpty ? "" : "; the next syncs build upon \(needed)"))
    }
    for session in pinned.expired.intersection(expired.map(\.sessionID)).sorted() {
      reporter.log(
        .info, "Session \(session) is over 90 days old: its snapshots are kept no longer")
    }
    var isComplete = true
    for directory in places.compactMap(\.existing) {
      let own = expired.filter {
        FilePath($0.snapshotPath).removingLastComponent() == directory.path
      }
      let targets = own.map { ($0.snapshotPath, $0.sessionID) }
      if try !delete(targets, in: directory, "snapshot") { isComplete = false }
    }
    return isComplete
  }

  /// The session that has the machine's lock: it reads its snapshots, and may have to go back.
  private func running() throws -> [String] {
    let status = try FileLock.status(Places.lock)
    return status.state == .held ? [status.holder?.sessionID].compactMap { $0 } : []
  }

  /// The same for what rollbacks put aside at the top levels of the file systems of `places`.
  func rolledBack(near places: [SnapshotDirectory], olderThan age: Duration?) throws -> Bool {
    if let (journal, _) = try RollbackJournal.find(in: places) {
      throw RollbackError.unfinished(journal.session)
    }
    return try places.map { try rolledBack(near: $0, olderThan: age) }.allSatisfy { $0 }
  }

  private func rolledBack(near place: SnapshotDirectory, olderThan age: Duration?) throws -> Bool {
    let topLevel = try TopLevel(of: place.nearest, for: isDryRun ? .reading : .writing)
    let kept = try topLevel.rolledBack().filter { kept in
      guard let age, let moment = kept.name.moment else { return true }
      return Double(Timestamp.now.milliseconds - moment.milliseconds) / 1000 >= age.seconds
    }
    return try delete(
      kept.map { ($0.name.text, $0.name.sessionID) }, in: topLevel.root, "replaced subvolume")
  }

  func delete(
    _ targets: [(path: String, session: String)], in directory: Directory, _ what: String
  ) throws -> Bool {
    if !isDryRun, !targets.isEmpty, try directory.isReadOnly {
      throw BtrfsError.readOnly(directory.path)
    }
    let mounted = try MountTable.subvolumes(of: FileSystem(holding: directory).id)
    var isComplete = true
    for (path, session) in targets {
      let name = FilePath(path).lastComponent?.string ?? path
      let context: [String: JSON] = ["path": .string(path), "deleted_session": .string(session)]
      do {
        try check(name, in: directory, mounted)
        if !isDryRun { try Subvolume.delete(name, in: directory) }
        reporter.log(.info, "\(isDryRun ? "Would delete" : "Deleted") \(what) \(path)", context)
      } catch {
        isComplete = false
        reporter.log(.warning, "Could not delete \(what): \(error)", context)
      }
    }
    return isComplete
  }

  /// Refuses what is mounted, or holds a nested subvolume: btrfs would delete a mounted one, and
  /// what is in a nested one exists nowhere else.
  private func check(
    _ name: String, in directory: Directory, _ mounted: [UInt64: FilePath]
  ) throws {
    guard let root = try directory.opening(name) else { return }
    let subvolume = try Subvolume(at: root)
    if let place = mounted[subvolume.id] { throw SnapshotError.mounted(root.path, place) }
    if let nested = try NestedSubvolumes.all(in: subvolume, seenFrom: root).first {
      throw SnapshotError.holdsNested(root.path, nested.path)
    }
  }
}
