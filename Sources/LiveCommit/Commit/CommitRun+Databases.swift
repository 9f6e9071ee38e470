import FileTrees
import PCSCore
import SystemPackage

/// Brings SQLite databases with their logs and journals, each under the database's own locks.
///
/// The old logs go first, then the database is exchanged, then the new logs come: a log beside
/// another version of its database would be written back into it. The locks keep every program out
/// of both versions meanwhile, also where one opens the new database before its log is there.
extension CommitRun {
  private typealias Database = (anchor: Place, places: [Place])

  func bringDatabases() throws {
    let databases = units.databases
    if databases.isEmpty { return }
    let names = Dictionary(grouping: plan.names, by: \.home)
    for database in databases {
      try attempt(live.tree.name(of: database.anchor)) {
        try bring(database, names: database.places.flatMap { names[$0] ?? [] })
      }
    }
  }

  private func bring(_ database: Database, names: [CommitPlan.Name]) throws {
    let anchors = names.filter { $0.home == database.anchor }
    // Its attributes change when it is unlocked: our own `open(2)` would break the lease.
    let adjusted = try anchors.filter(keepsContent)
    try replace(
      database, anchors: try anchors.filter { try !keepsContent($0) },
      others: names.filter { $0.home != database.anchor })
    for name in adjusted { try bringNow(name) }
  }

  /// Replaces what is other than before in the files of a database, under its locks.
  private func replace(
    _ database: Database, anchors: [CommitPlan.Name], others: [CommitPlan.Name]
  ) throws {
    let logs = database.places.filter { deletedNames.contains($0) && $0 != database.anchor }
    let isDeleted = deletedNames.contains(database.anchor)
    if anchors.isEmpty, others.isEmpty, logs.isEmpty, !isDeleted { return }
    guard try lock(database, at: anchors.first?.place ?? database.anchor) else { return }
    defer { databaseLock = nil }
    // It ends with the function, after everything is in place.
    let prepared = try anchors.first.flatMap(lockPrepared)
    try withExtendedLifetime(prepared) {
      for place in logs { try attempt(live.tree.name(of: place)) { try delete(place) } }
      for name in anchors { try bringNow(name) }
      if isDeleted {
        try attempt(live.tree.name(of: database.anchor)) { try delete(database.anchor) }
      }
      if try stays(anchors) { try leave(database, logs) }
      for name in others { try bringNow(name) }
    }
  }

  /// Whether a database that was to be replaced is still there.
  private func stays(_ anchors: [CommitPlan.Name]) throws -> Bool {
    guard let name = anchors.first(where: \.replaces), let databaseLock else { return false }
    // What an earlier attempt has put there was brought as well.
    let isBrought = ledger.results.suffix(anchors.count).contains { $0.place == name.place }
    return try !isBrought && live.changed(name.place)?.inode == databaseLock.inode
  }

  /// Leaves a database after all: a program has opened or changed it since.
  private func leave(_ database: Database, _ logs: [Place]) throws {
    let isOpen = leftOpen.contains { $0.inode == databaseLock?.inode }
    try restore(logs)
    units.leave(database.places, isOpen ? .open(databaseLock?.inode ?? 0) : .changed)
    for place in logs { _ = leavesUnit(at: place, as: live.tree.name(of: place)) }
  }

  private func bringNow(_ name: CommitPlan.Name) throws {
    broughtNames.insert(name.path)
    try attempt(name.path) { try bring(name) }
  }

  /// Locks a live database that is there; returns false if a program has it open, which leaves all
  /// of its files.
  private func lock(_ database: Database, at place: Place) throws -> Bool {
    guard let handle = try live.handle(place), try UnitSearch.isDatabase(handle) else {
      return true
    }
    switch try DatabaseLock.attempt(on: handle) {
    case .locked(let lock): databaseLock = lock
    case .impossible: break
    case .refused:
      units.leave(database.places, .open(try handle.changed().inode))
      return false
    }
    return true
  }

  /// Locks a database that waits in the preparation directory.
  private func lockPrepared(_ name: CommitPlan.Name) throws -> DatabaseLock? {
    guard desired.prepared.inode(for: name.path) != nil,
      let handle = try EntryHandle(content(of: name.path), in: preparation.directory),
      case .locked(let lock) = try DatabaseLock.attempt(on: handle)
    else { return nil }
    return lock
  }

  /// Puts logs back that were taken away from a database which a program has opened since.
  private func restore(_ logs: [Place]) throws {
    for place in logs {
      guard let index = displaced.lastIndex(where: { $0.place == place }),
        let folder = try live.directory(place.directory)
      else { continue }
      let item = displaced[index]
      let error = live.rename(
        (preparation.directory, item.name), to: (folder, place.name), .onlyIfFree)
      if error != nil { continue }
      displaced.remove(at: index)
      gaps.remove(place)
      let path = live.tree.pathBefore(place) ?? place.name
      ledger.deleted.removeAll { $0 == path }
    }
  }

  /// Holds a lease on a file while it is taken from its place, as `ReadLease.hold` does; that of the
  /// lock on a database in its place.
  func holdLease<Result>(
    on file: EntryHandle, _ entry: Entry, _ body: (ReadLease?) throws -> Result
  ) throws -> Result? {
    guard let databaseLock, databaseLock.inode == entry.inode else {
      return try ReadLease.hold(on: file, entry.kind, body)
    }
    return try databaseLock.withLease(body)
  }

  /// Holds a lease on a file while its attributes are changed; the lock on a database is enough, and
  /// allows no other lease.
  func holdLeaseInPlace<Result>(
    on file: EntryHandle, _ entry: Entry, _ body: (ReadLease?) throws -> Result
  ) throws -> Result? {
    if databaseLock?.inode == entry.inode { return try body(nil) }
    return try ReadLease.hold(on: file, entry.kind, body)
  }
}
