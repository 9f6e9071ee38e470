import CBtrfs
import Glibc
package import PCSCore
package import SystemPackage

/// Which subvolumes go back to which snapshots, and what stands against it; making a plan changes
/// nothing.
package struct RollbackPlan: Sendable {
  let directory: SnapshotDirectory
  let topLevel: TopLevel
  package private(set) var journal: RollbackJournal
  /// Whether it continues what an earlier run began.
  package let isResumed: Bool
  package private(set) var problems: [any ToolError] = []
  /// Where each subvolume is mounted.
  package let mounted: [UInt64: FilePath]

  /// Plans to bring back `subvolumes`, or all of which the session has a pre-sync snapshot.
  package init(
    session: String, subvolumes: [String], directory path: FilePath, records: [SessionRecord],
    commits: [WaitingCommit] = []
  ) throws {
    guard Places.isRoot else { throw BtrfsError.needsRoot }
    for name in subvolumes { try FlatName.check(name) }
    directory = try SnapshotDirectory(path)
    topLevel = try TopLevel(of: directory.nearest)
    mounted = try MountTable.subvolumes(of: topLevel.fileSystem.id)
    if let unfinished = try RollbackJournal.read(in: directory) {
      guard unfinished.session == session else {
        throw RollbackError.unfinished(unfinished.session)
      }
      journal = unfinished
      isResumed = true
      return
    }
    isResumed = false
    let candidates = try Self.snapshots(of: session, in: path)
    let recorded = Self.recorded(session, records)
    var names = subvolumes.isEmpty ? Set(recorded.map(\.subvolume)) : Set(subvolumes)
    if subvolumes.isEmpty { names.formUnion(candidates.keys) }
    if names.isEmpty { throw RollbackError.noSnapshots(session) }
    journal = RollbackJournal(session: session, timestamp: .now, entries: [])
    let tables = try Self.tables(of: candidates.values.map(\.snapshotPath))
    for name in names.sorted() {
      do {
        let entry = try examine(
          name, candidates[name], recorded.first { $0.subvolume == name }, tables)
        journal.entries.append(entry)
      } catch let error as any ToolError {
        problems.append(error)
      }
    }
    try examineWaiting()
    problems += RollbackError.against(session, names, commits: commits)
  }

  /// Throws what stands against the plan.
  package func check() throws {
    if problems.count > 1 { throw SnapshotError.several(problems) }
    if let problem = problems.first { throw problem }
  }

  private func examine(
    _ name: String, _ snapshot: Snapshot?, _ recorded: Snapshot?,
    _ tables: [(path: FilePath, content: [UInt8])]
  ) throws -> RollbackJournal.Entry {
    guard let snapshot, let path = FilePath(snapshot.snapshotPath).lastComponent?.string else {
      throw RollbackError.missingSnapshot(name, session: journal.session)
    }
    if !snapshot.isReadOnly { throw RollbackError.changedSnapshot(path) }
    if let recorded, (recorded.uuid, recorded.generation) != (snapshot.uuid, snapshot.generation) {
      throw RollbackError.changedSnapshot(path)
    }
    let (_, live) = try topLevel.subvolume(name)
    if let place = try placeOfID(live.id, tables) {
      throw RollbackError.mountedByID(name, live.id, place)
    }
    if try topLevel.defaultSubvolume() == live.id { throw RollbackError.defaultSubvolume(name) }
    let kept = RolledBackName(
      subvolume: name, timestamp: journal.timestamp, sessionID: journal.session)
    return RollbackJournal.Entry(
      subvolume: name, snapshot: path, replaced: live.uuid.description, kept: kept.text)
  }

  /// The table that names a subvolume by number.
  private func placeOfID(
    _ id: UInt64, _ tables: [(path: FilePath, content: [UInt8])]
  ) throws -> FilePath? {
    let fileSystem = topLevel.fileSystem.id
    let table = tables.first {
      MountBySubvolumeID.isNamed(id, of: fileSystem, inTable: $0.content)
    }
    if let table { return table.path }
    let line = String(decoding: try FileContent.read("/proc/cmdline"), as: UTF8.self)
    return MountBySubvolumeID.isNamed(id, inCommandLine: line) ? "/proc/cmdline" : nil
  }

  /// This system's `fstab(5)`, and the one that comes back with one of the snapshots.
  private static func tables(
    of snapshots: [String]
  ) throws -> [(path: FilePath, content: [UInt8])] {
    try (["/"] + snapshots).compactMap { root in
      let path = FilePath(root).appending("etc").appending("fstab")
      return try content(path).map { (path, $0) }
    }
  }

  /// nil where there is no such file.
  private static func content(_ path: FilePath) throws -> [UInt8]? {
    do {
      return try FileContent.read(path)
    } catch {
      if error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory { return nil }
      throw error
    }
  }

  private mutating func examineWaiting() throws {
    for (name, place) in try topLevel.waitingRollbacks(mounted) {
      problems.append(RollbackError.waits(name, place))
    }
  }

  /// The first pre-sync snapshot of each subvolume: a session may have been tried twice.
  private static func snapshots(
    of session: String, in path: FilePath
  ) throws -> [String: Snapshot] {
    let ours = try SnapshotList.read(path).filter {
      $0.sessionID == session && $0.kind == .preSync
    }
    return Dictionary(ours.map { ($0.subvolume, $0) }) {
      $0.generation <= $1.generation ? $0 : $1
    }
  }

  /// What the history says this machine has.
  private static func recorded(_ session: String, _ records: [SessionRecord]) -> [Snapshot] {
    records.filter { $0.session.id == session }.flatMap(\.snapshots)
      .filter { $0.kind == .preSync && $0.hostname == Machine.hostname }
  }
}

extension TopLevel {
  /// What the machine still runs from although a rollback has replaced it.
  package func waitingRollbacks(
    _ mounted: [UInt64: FilePath]
  ) throws -> [(name: String, place: FilePath)] {
    try rolledBack().compactMap { kept in
      mounted[kept.subvolume.id].map { (kept.name.text, $0) }
    }
  }

  func defaultSubvolume() throws(BtrfsError) -> UInt64 {
    var id: UInt64 = 0
    try BtrfsError.check(
      root.path, btrfs_util_get_default_subvolume_fd(root.descriptor.rawValue, &id))
    return id
  }
}

extension RollbackPlan {
  /// Where each subvolume of the plan is still mounted as it was; nil when it is not.
  package func effects() -> [(name: String, place: FilePath?)] {
    journal.entries.map { entry in
      let kept = try? topLevel.subvolume(entry.kept).1
      return (entry.subvolume, kept.flatMap { mounted[$0.id] })
    }
  }
}
