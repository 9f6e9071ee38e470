package import SystemPackage

/// Every path of a folder that may differ between the machines, once what only moved was moved.
package struct CandidateList {
  package private(set) var candidates: [FilePath: Candidate] = [:]
  /// In order.
  package private(set) var renames: [Rename] = []
  /// Paths that are deleted only because what moved is sent anew: no loss.
  package private(set) var movedAway: Set<FilePath> = []
  /// How the files that are here now changed.
  package private(set) var touched: [FilePath: SourceChanges.Touch] = [:]

  private let now: FilteredTree
  private let base: FilteredTree
  private let there: FolderFindings

  /// `target` is the target's machine id.
  package init(
    _ source: SourceChanges, _ there: FolderFindings, left: [FolderMemory.Left], target: String,
    now: FilteredTree, base: FilteredTree
  ) throws {
    self.now = now
    self.base = base
    self.there = there
    var source = source
    let changed = try there.changed.filter { path, found in
      try now.includes(path, found.entry?.kind == .directory)
    }
    let (places, departures) = try move(&source, around: ChangedPlaces(changed))
    touched = source.touched
    for (path, touch) in source.touched {
      candidates[path] = Candidate(isChangedHere: true, hasContent: touch != .attributes)
    }
    for path in source.deleted.union(departures) { addDeleted(places.place(of: path)) }
    movedAway = Set(departures.map(places.place))
    for (path, found) in changed { add(path, found.entry, isChanged: !found.isOwn) }
    let chosen = Set(left.filter { $0.chosen == target }.map(\.path))
    for (path, entry) in there.sought where candidates[path]?.there == nil {
      guard try now.includes(path, entry?.kind == .directory) else { continue }
      add(path, entry, isChanged: chosen.contains(path))
    }
  }

  private mutating func addDeleted(_ path: FilePath) {
    candidates[path, default: Candidate()].isChangedHere = true
    candidates[path]?.hasContent = true
  }

  private mutating func add(_ path: FilePath, _ entry: Entry?, isChanged: Bool) {
    candidates[path, default: Candidate()].hasContent = true
    candidates[path]?.there = Candidate.There(entry: entry, isChanged: isChanged)
  }

  /// Decides what can be renamed on the target; of the rest, what came is sent and what went is
  /// deleted.
  ///
  /// Returns where everything is then, and what is to be deleted, by its place before.
  private mutating func move(
    _ source: inout SourceChanges, around changed: ChangedPlaces
  ) throws -> (places: RenamedPaths, departures: Set<FilePath>) {
    let movable = try source.renames.filter { rename in
      try !changed.touch(rename.from) && !changed.touch(rename.to) && isJudgedAlike(rename)
    }
    let deleted = source.deleted
    let schedule = try RenameSchedule(movable) { path in
      guard let entry = try base.tree.entry(at: path) else { return false }
      return entry.kind == .directory || !deleted.contains(path)
    }
    renames = schedule.steps
    var departures: Set<FilePath> = []
    let moved = Set(movable.map(\.to)).subtracting(schedule.rest.map(\.to))
    for rename in source.renames where !moved.contains(rename.to) {
      try source.addArrival(of: rename)
      departures.insert(rename.from)
      for name in there.listed[rename.from] ?? [] {
        let path = rename.from.pushing(name.rest)
        if try base.includes(path, name.isDirectory) { departures.insert(path) }
      }
    }
    return (schedule.places, departures)
  }

  /// Whether the filter treats everything that the target has there as it did before: what it
  /// excludes must not move.
  private func isJudgedAlike(_ rename: Rename) throws -> Bool {
    guard rename.isDirectory else { return true }
    let names = there.listed[rename.from] ?? []
    return try !base.verdicts(below: rename.from, of: names).contains(false)
      && !now.verdicts(below: rename.to, of: names).contains(false)
  }
}

/// Where somebody changed something on the target.
private struct ChangedPlaces {
  /// The paths and all directories around them.
  private var around: Set<FilePath> = []
  private var structural: Set<FilePath> = []

  init(_ changed: [FilePath: FolderFindings.Changed]) {
    for (path, found) in changed {
      if found.isStructural { structural.insert(path) }
      if found.isStructural || found.entry?.kind != .directory {
        around.formUnion(path.selfAndAround)
      }
    }
  }

  /// Whether one of them is at `path`, below it, or a directory around it that came or went.
  func touch(_ path: FilePath) -> Bool {
    around.contains(path) || path.selfAndAround.contains { structural.contains($0) }
  }
}
