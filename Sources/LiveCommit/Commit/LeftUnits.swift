import FileTrees
import PCSCore
import SystemPackage

/// The files that a commit leaves because they belong to one that it may not touch, found before
/// anything is changed.
///
/// Where a program has one file of a unit open, or one came or changed since the pre-sync snapshot,
/// all of them stay: half of each version is worse than the old one.
struct LeftUnits {
  typealias Place = CommitTree.Place

  /// Why a unit is left.
  enum Cause: Equatable {
    /// A program has a file of this inode open.
    case open(UInt64)
    case changed
  }

  private(set) var causes: [Place: Cause] = [:]
  /// The SQLite databases of which files are replaced or deleted, with these files.
  private(set) var databases: [(anchor: Place, places: [Place])] = []
  private let tree: LiveTree
  private let plan: CommitPlan
  private let before: EntryTree
  private let desired: any DesiredTree
  private var names: [Int: Names] = [:]

  /// The names in a directory, now and before.
  private struct Names {
    var all: Set<FilePath> = []
    var isStore = false
    /// Names X of which X-wal, X-shm or X-journal is there or comes.
    var databases: Set<FilePath> = []
  }

  private struct Unit: Hashable {
    var directory: Int
    /// nil for a store.
    var database: FilePath?
  }

  init(_ plan: CommitPlan, live: Directory, before: Directory, desired: any DesiredTree) throws {
    self.plan = plan
    self.before = EntryTree(before)
    self.desired = desired
    tree = LiveTree(live, plan.tree, before: self.before)
    let places = plan.names.map(\.home) + plan.deletedNames
    for place in places { try add(place) }
    var units: [Unit: [Place]] = [:]
    for place in places {
      if let unit = unit(of: place) { units[unit, default: []].append(place) }
    }
    for (unit, places) in units {
      if let cause = try causeOrFailure(to: unit) {
        for place in places { causes[place] = cause }
      } else if let name = unit.database {
        let anchor = Place(directory: unit.directory, name: name)
        if try isDatabase(anchor) { databases.append((anchor, places)) }
      }
    }
  }

  /// Leaves a unit that was to be had when the commit began.
  mutating func leave(_ places: [Place], _ cause: Cause) {
    for place in places { causes[place] = cause }
  }

  /// A unit that cannot be looked at is left.
  private func causeOrFailure(to unit: Unit) throws -> Cause? {
    do {
      return try cause(to: unit)
    } catch let error as FileError where !error.errno.endsCommit {
      return .changed
    }
  }

  private mutating func add(_ place: Place) throws {
    if names[place.directory] == nil { names[place.directory] = try read(place.directory) }
    if let database = SQLiteFiles.database(of: place.name) {
      names[place.directory]?.databases.insert(database)
    }
  }

  private func read(_ directory: Int) throws -> Names {
    var names = Names()
    let path = tree.tree.pathBefore(directory)
    let open = [try tree.directory(directory), try path.flatMap { try before.directory(at: $0) }]
    for case let directory? in open {
      let found = try DirectoryListing.items(in: directory.descriptor, directory.path)
        .filter { !$0.isDirectory }.map(\.name)
      names.isStore = names.isStore || FileUnit.isStore(found)
      names.all.formUnion(found)
    }
    names.databases = Set(names.all.compactMap(SQLiteFiles.database))
    return names
  }

  private func unit(of place: Place) -> Unit? {
    guard let names = names[place.directory] else { return nil }
    if names.isStore { return Unit(directory: place.directory) }
    let database = SQLiteFiles.database(of: place.name) ?? place.name
    guard names.databases.contains(database) || names.all.contains(database) else { return nil }
    return Unit(directory: place.directory, database: database)
  }

  /// What keeps a unit from being touched; nil when nothing does, or when it is none.
  private func cause(to unit: Unit) throws -> Cause? {
    let names = names[unit.directory]?.all ?? []
    var members = Array(names)
    if let database = unit.database {
      guard try isDatabase(Place(directory: unit.directory, name: database)) else { return nil }
      members = [database] + SQLiteFiles.companions(of: database)
    }
    for name in members {
      if let cause = try cause(Place(directory: unit.directory, name: name)) { return cause }
    }
    return nil
  }

  private func isDatabase(_ place: Place) throws -> Bool {
    if let handle = try tree.handle(place), try UnitSearch.isDatabase(handle) { return true }
    guard let old = try handleBefore(place) else { return false }
    return try UnitSearch.isDatabase(old)
  }

  private func cause(_ place: Place) throws -> Cause? {
    let old = try handleBefore(place)?.read()
    guard let handle = try tree.handle(place) else {
      return try old == nil || wanted(place) == nil ? nil : .changed
    }
    let entry = try handle.read()
    guard entry.kind == .file else { return nil }
    let isOpen = try ReadLease.isRefused(on: handle, entry.kind) || handle.hasByteLocks()
    if isOpen { return .open(entry.inode) }
    if let old, entry.isUntouched(since: old) { return nil }
    guard let wanted = try wanted(place), entry.isLike(wanted),
      entry.attributes.modified == wanted.attributes.modified
    else { return .changed }
    return nil
  }

  private func handleBefore(_ place: Place) throws -> EntryHandle? {
    try tree.tree.pathBefore(place).flatMap { try before.handle(at: $0) }
  }

  /// The entry of the desired tree at a place.
  private func wanted(_ place: Place) throws -> Entry? {
    try tree.tree.pathAfter(place).flatMap { try desired.entry(at: $0) }
  }
}

extension CommitRun {
  /// Leaves what belongs to a unit that may not be touched; returns whether it does.
  func leavesUnit(at place: Place, as path: FilePath) -> Bool {
    switch units.causes[place] {
    case nil: return false
    case .open(let inode)?: leaveOpen(path, inode)
    case .changed?: say(.left(path))
    }
    return true
  }
}
