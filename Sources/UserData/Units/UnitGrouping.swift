package import FileTrees
import LiveCommit
import PCSCore
package import SystemPackage

/// Finds the units among the candidates of a folder.
///
/// What belongs together is seen on this machine at once; of what only the target has, the target
/// is asked, in one question.
package struct UnitGrouping {
  private let here: FilteredTree
  private let search: UnitSearch
  /// Every name of a file on this machine that takes part, by its inode.
  private let names: (UInt64) throws -> [FilePath]
  package private(set) var candidates: [FilePath: Candidate]
  package private(set) var units = FileUnits()
  /// What the target is asked about.
  package private(set) var databases: [FilePath] = []
  package private(set) var stores: [FilePath] = []

  package init(
    _ candidates: [FilePath: Candidate], here: FilteredTree,
    names: @escaping (UInt64) throws -> [FilePath] = { _ in [] }
  ) throws {
    self.candidates = candidates
    self.here = here
    self.names = names
    search = here.units
    var asked: (databases: Set<FilePath>, stores: Set<FilePath>) = ([], [])
    let inOrder = candidates.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }
    for (path, candidate) in inOrder where candidate.there?.entry?.kind != .directory {
      try addUnit(of: path)
      guard candidate.there?.entry?.kind == .file else { continue }
      if try asksForDatabase(path) {
        asked.databases.insert(SQLiteFiles.database(of: path) ?? path)
      }
      let directory = path.removingLastComponent()
      if path == FileUnit.current(in: directory), try !search.isStore(directory) {
        asked.stores.insert(directory)
      }
    }
    databases = asked.databases.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    stores = asked.stores.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }

  package var asksNothing: Bool { databases.isEmpty && stores.isEmpty }

  /// Takes the files of units of the target, and says what the filter makes of them.
  package mutating func add(there members: [FilePath: Entry]) throws {
    let (databases, stores) = (Set(databases), Set(stores))
    for (path, entry) in members {
      let database = SQLiteFiles.database(of: path) ?? path
      let directory = path.removingLastComponent()
      if databases.contains(database), members[database] != nil {
        try add(path, entry, to: FileUnit(.sqlite, anchor: database, members: [path]))
      } else if stores.contains(directory) {
        let current = FileUnit.current(in: directory)
        try add(path, entry, to: FileUnit(.store, anchor: current, members: [path]))
      }
    }
  }

  /// Leaves what matters: units of more than one file, and no change where there is none.
  package mutating func finish() {
    units.removeSingles()
    for (path, candidate) in candidates {
      guard units.unit(of: path)?.kind == .sqlite, let entry = candidate.there?.entry else {
        continue
      }
      // Whoever reads a database writes to its shared memory, and makes an empty log.
      let isEmptyLog = SQLiteFiles.isLog(path) && entry.size == 0
      if SQLiteFiles.isSharedMemory(path) || isEmptyLog {
        candidates[path]?.there?.isChanged = false
      }
    }
  }

  /// Whether only the target can tell if a path belongs to a database: this machine has none of the
  /// name, and there are files that may be its companions or that the rules judge apart from it.
  private func asksForDatabase(_ path: FilePath) throws -> Bool {
    if let database = SQLiteFiles.database(of: path) { return try !search.isDatabase(database) }
    if try search.isDatabase(path) { return false }
    return try SQLiteFiles.companions(of: path).contains { companion in
      try candidates[companion] != nil || !here.includes(companion, false)
    }
  }

  private mutating func addUnit(of path: FilePath) throws {
    let database = SQLiteFiles.database(of: path) ?? path
    let directory = path.removingLastComponent()
    if try mayHaveCompanions(database), try search.isDatabase(database) {
      let members = try search.companions(of: database).filter { try here.includes($0, false) }
      units.add(
        FileUnit(
          .sqlite, anchor: database,
          members: Set(members).union([path]).union(try furtherNames(of: database))))
    } else if try search.isStore(directory) {
      let members = try search.members(of: directory).filter { try here.includes($0, false) }
      units.add(
        FileUnit(
          .store, anchor: FileUnit.current(in: directory), members: Set(members).union([path])))
    }
  }

  private func mayHaveCompanions(_ database: FilePath) throws -> Bool {
    try SQLiteFiles.companions(of: database).contains { candidates[$0] != nil }
      || !search.companions(of: database).isEmpty
  }

  private func furtherNames(of database: FilePath) throws -> [FilePath] {
    guard let entry = try here.entry(at: database), entry.links > 1 else { return [] }
    return try names(entry.inode)
  }

  /// The rule of the anchor decides for a file of the target, whatever fits its own name.
  private mutating func add(_ path: FilePath, _ entry: Entry, to unit: FileUnit) throws {
    guard try here.includes(unit.anchor, false) else {
      candidates[path] = nil
      return
    }
    units.add(unit)
    guard candidates[path] == nil, try !here.includes(path, false) else { return }
    let isChanged = candidates[unit.anchor]?.there?.isChanged ?? true
    candidates[path] = Candidate(
      isChangedHere: false, hasContent: true,
      there: Candidate.There(entry: entry, isChanged: isChanged))
  }
}
