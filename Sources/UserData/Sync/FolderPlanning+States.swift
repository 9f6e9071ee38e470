import FileTrees
import LiveCommit
import SystemPackage

/// The state databases of code editors: each machine keeps its own rows of them.
extension FolderPlanning {
  var states: StatePaths { StatePaths(of: here.path) }

  /// Whether a path may be left as a state database, or as what lies beside one.
  func mayBeState(_ path: FilePath) -> Bool {
    states.fits(SQLiteFiles.database(of: path) ?? path)
  }

  /// Leaves out the state databases that differ in the machines' own rows alone.
  func withoutEqualStates(
    _ candidates: [FilePath: Candidate], _ filtered: FilteredTree,
    _ placeThere: (FilePath) -> FilePath
  ) throws -> [FilePath: Candidate] {
    let states = states
    let open = try candidates.filter { path, candidate in
      guard states.fits(path), let old = candidate.there?.entry, old.kind == .file,
        let entry = try filtered.entry(at: path), entry.kind == .file
      else { return false }
      return entry.attributes.areLike(old.attributes, of: .file)
    }.map(\.key)
    if open.isEmpty { return candidates }
    var rest = candidates
    for (path, there) in zip(open, try digests(open.map(placeThere))) {
      guard let file = try filtered.tree.handle(at: path) else { continue }
      if try StateFile.digest(of: file, at: path, among: states) == there { rest[path] = nil }
    }
    return rest
  }

  /// Begins no state database with the target's version, which is never the one of the base.
  func sendStatesWhole(_ plan: inout MirrorPlan) {
    let states = states
    plan.sendWhole(
      plan.changes.settings.filter { $0.base != nil && states.fits($0.path) }.map(\.path))
  }
}
