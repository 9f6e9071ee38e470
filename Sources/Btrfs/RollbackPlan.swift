import CBtrfs
import FileTrees
import FoundationEssentials
import Glibc
package import PCSCore
package import SystemPackage

/// Which subvolumes go back to which snapshots, and what stands against it; making a plan changes
/// nothing.
package struct RollbackPlan: Sendable {
  /// A subvolume that goes back.
  struct Part: Sendable {
    let entry: RollbackJournal.Entry
    /// Where its snapshot lies.
    let place: SnapshotDirectory
    let topLevel: TopLevel
  }

  /// The snapshot directories, of which `home` has the journal.
  package let places: [SnapshotDirectory]
  let home: SnapshotDirectory
  private(set) var parts: [Part] = []
  package private(set) var journal: RollbackJournal
  /// Whether it continues what an earlier run began.
  package let isResumed: Bool
  package private(set) var problems: [any ToolError] = []
  private let access: TopLevel.Access
  private var topLevels: [TopLevel] = []

  /// Plans to bring back `subvolumes`, or all of which the session has a pre-sync snapshot.
  package init(
    session: String, subvolumes: [String], places: [SnapshotDirectory], records: [SessionRecord],
    commits: [WaitingCommit] = [], isDryRun: Bool = false
  ) throws {
    guard Places.isRoot else { throw BtrfsError.needsRoot }
    for name in subvolumes { try FlatName.check(name) }
    self.places = places
    access = isDryRun ? .reading : .writing
    if let (unfinished, place) = try RollbackJournal.find(in: places) {
      guard unfinished.session == session else {
        throw RollbackError.unfinished(unfinished.session)
      }
      journal = unfinished
      home = place
      isResumed = true
      try resume()
      return
    }
    isResumed = false
    let candidates = try Self.snapshots(of: session, in: places)
    let recorded = Self.recorded(session, records)
    var names = subvolumes.isEmpty ? Set(recorded.map(\.subvolume)) : Set(subvolumes)
    if subvolumes.isEmpty { names.formUnion(candidates.keys) }
    if names.isEmpty { throw RollbackError.noSnapshots(session) }
    journal = RollbackJournal(session: session, timestamp: .now, entries: [])
    let used = candidates.values.map(\.place)
    home = places.first { place in used.contains { $0.path == place.path } } ?? places[0]
    let tables = try MountingTables(of: candidates.values.map(\.snapshot.snapshotPath))
    for name in names.sorted() {
      do {
        try add(name, candidates[name], recorded.first { $0.subvolume == name }, tables)
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

  private mutating func add(
    _ name: String, _ candidate: (snapshot: Snapshot, place: SnapshotDirectory)?,
    _ recorded: Snapshot?, _ tables: MountingTables
  ) throws {
    guard let (snapshot, place) = candidate,
      let file = FilePath(snapshot.snapshotPath).lastComponent?.string
    else { throw RollbackError.missingSnapshot(name, session: journal.session) }
    if !snapshot.isReadOnly { throw RollbackError.changedSnapshot(file) }
    if let recorded, (recorded.uuid, recorded.generation) != (snapshot.uuid, snapshot.generation) {
      throw RollbackError.changedSnapshot(file)
    }
    let topLevel = try topLevel(of: place)
    var origin = snapshot
    origin.origin = recorded?.origin ?? snapshot.origin
    let live = try topLevel.live(of: origin)
    if let table = try tables.naming(live.subvolume.id, of: live.fileSystem) {
      throw RollbackError.mountedByID(name, live.subvolume.id, table)
    }
    if try topLevel.defaultSubvolume() == live.subvolume.id {
      throw RollbackError.defaultSubvolume(name)
    }
    let kept = RolledBackName(
      subvolume: name, timestamp: journal.timestamp, sessionID: journal.session)
    let entry = RollbackJournal.Entry(
      subvolume: name, place: live.path == FilePath(name) ? nil : Data(live.path.bytes),
      directory: place.path == home.path ? nil : place.path.string, snapshot: file,
      replaced: live.subvolume.uuid.description, kept: kept.text)
    journal.entries.append(entry)
    parts.append(Part(entry: entry, place: place, topLevel: topLevel))
  }

  private mutating func resume() throws {
    for entry in journal.entries {
      let path = entry.directory.map { FilePath($0) } ?? home.path
      guard let place = places.first(where: { $0.path == path }) else {
        throw RollbackError.missingSnapshot(entry.subvolume, session: journal.session)
      }
      parts.append(Part(entry: entry, place: place, topLevel: try topLevel(of: place)))
    }
  }

  /// The top level of a directory's file system, mounted once.
  private mutating func topLevel(of place: SnapshotDirectory) throws -> TopLevel {
    let id = try FileSystem(holding: place.nearest).id
    if let known = topLevels.first(where: { $0.fileSystem.id == id }) { return known }
    let topLevel = try TopLevel(of: place.nearest, for: access)
    topLevels.append(topLevel)
    return topLevel
  }

  private mutating func examineWaiting() throws {
    for topLevel in topLevels {
      let mounted = try MountTable.subvolumes(of: topLevel.fileSystem.id)
      for (name, place) in try topLevel.waitingRollbacks(mounted) {
        problems.append(RollbackError.waits(name, place))
      }
    }
  }

  /// The first pre-sync snapshot of each subvolume: a session may have been tried twice.
  private static func snapshots(
    of session: String, in places: [SnapshotDirectory]
  ) throws -> [String: (snapshot: Snapshot, place: SnapshotDirectory)] {
    var found: [String: (snapshot: Snapshot, place: SnapshotDirectory)] = [:]
    for place in places {
      for snapshot in try SnapshotList.read(place)
      where snapshot.sessionID == session && snapshot.kind == .preSync {
        let known = found[snapshot.subvolume]
        if known.map({ snapshot.generation < $0.snapshot.generation }) ?? true {
          found[snapshot.subvolume] = (snapshot, place)
        }
      }
    }
    return found
  }

  /// What the history says this machine has.
  private static func recorded(_ session: String, _ records: [SessionRecord]) -> [Snapshot] {
    records.filter { $0.session.id == session }.flatMap(\.snapshots)
      .filter { $0.kind == .preSync && $0.hostname == Machine.hostname }
  }

  /// Where each subvolume of the plan is still mounted as it was; nil when it is not.
  package func effects() -> [(name: String, place: FilePath?)] {
    parts.map { part in
      let mounted = (try? MountTable.subvolumes(of: part.topLevel.fileSystem.id)) ?? [:]
      let kept = try? part.topLevel.subvolume(part.entry.kept).1
      return (part.entry.subvolume, kept.flatMap { mounted[$0.id] })
    }
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
