import FileTrees
package import LiveCommit
package import SystemPackage

/// Every path of a folder that may differ between the machines, once what only moved was moved.
package struct CandidateList {
  package private(set) var candidates: [FilePath: Candidate] = [:]
  package private(set) var renames: [Rename] = []
  /// Paths that are deleted only because what moved is sent anew: no loss.
  package private(set) var movedAway: Set<FilePath> = []
  /// How the files that are here now changed.
  package private(set) var touched: [FilePath: SourceChanges.Touch] = [:]
  /// Where candidates are on the target until what only moved is moved there, too.
  private var origins: [FilePath: FilePath] = [:]

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
      try isIncluded(path, found.entry)
    }
    let chosen = Set(left.filter { $0.chosen == target }.map(\.path))
    let (places, departures) = try move(&source, around: ChangedPlaces(changed), besides: chosen)
    touched = source.touched
    for (path, touch) in source.touched {
      candidates[path] = Candidate(isChangedHere: true, hasContent: touch != .attributes)
    }
    for path in source.deleted.union(departures) { addDeleted(places.place(of: path)) }
    movedAway = Set(departures.map(places.place))
    for (path, found) in changed {
      add(places.place(of: path), found.entry, isChanged: !found.isOwn)
    }
    for (path, found) in changed where found.isStructural {
      let isDirectory = found.entry?.kind == .directory
      let isCovered = changed[path.removingLastComponent()].map { $0.entry?.kind != .directory }
      if isDirectory {
        try addMissing(in: places.place(of: path))
      } else if isCovered != true {
        try addAll(below: places.place(of: path))
      }
    }
    let ours = Set(left.filter { $0.chosen != nil && $0.chosen != target }.map(\.path))
    for (path, entry) in there.sought {
      let place = places.place(of: path)
      guard candidates[place]?.there == nil, try isIncluded(place, entry) else { continue }
      add(place, entry, isChanged: chosen.contains(path))
      if place != path { origins[place] = path }
      if ours.contains(path) { candidates[place]?.isChangedHere = true }
      if entry?.kind != .directory { try addAll(below: place) }
    }
  }

  /// Takes the candidates of directories that were compared in full besides.
  package mutating func add(_ compared: ComparedCandidates) {
    candidates.merge(compared.candidates) { _, compared in compared }
  }

  /// The target's versions of which only snapshots tell that they are no change there.
  package var open: OpenVersions {
    var open = OpenVersions()
    for (path, candidate) in candidates {
      guard let there = candidate.there, there.isChanged, let entry = there.entry else { continue }
      open.add(path, entry, isChangedHere: candidate.isChangedHere)
    }
    return open
  }

  /// Takes the paths of which the target has a version that this machine once had.
  package mutating func resolve(known: Set<FilePath>) {
    for path in known {
      candidates[path]?.there?.isChanged = false
      candidates[path]?.isChangedHere = true
    }
  }

  /// Where the target has now what a candidate is about.
  package func placeThere(_ path: FilePath) -> FilePath { origins[path] ?? path }

  /// Whether a path takes part, of which the target has `entry`; where it has nothing, what is or
  /// was here tells whether it is a directory.
  private func isIncluded(_ path: FilePath, _ entry: Entry?) throws -> Bool {
    let entry = try entry ?? now.tree.entry(at: path) ?? base.tree.entry(at: path)
    return try now.includes(path, entry?.kind == .directory)
  }

  /// What is in a directory here, where the target has none.
  private mutating func addAll(below directory: FilePath) throws {
    for path in try now.included(below: directory) where candidates[path]?.there == nil {
      add(path, nil, isChanged: false)
    }
  }

  /// What is in a directory here, where the target has another one: what a sync itself took away
  /// from that, before somebody put it in this place, is told as nobody's change.
  private mutating func addMissing(in directory: FilePath) throws {
    for path in try now.children(of: directory) where candidates[path]?.there == nil {
      add(path, nil, isChanged: false)
      try addAll(below: path)
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
    _ source: inout SourceChanges, around changed: ChangedPlaces, besides chosen: Set<FilePath>
  ) throws -> (places: RenamedPaths, departures: Set<FilePath>) {
    renames = try unblocked(
      source.renames.filter { rename in
        try !changed.touch(rename.from) && !changed.touch(rename.to)
          && !chosen.contains(rename.to) && isThere(rename) && isJudgedAlike(rename)
      }, deleted: source.deleted)
    var places = RenamedPaths()
    for rename in renames { places.add(from: rename.from, to: rename.to) }
    var departures: Set<FilePath> = []
    let moved = Set(renames.map(\.to))
    for rename in source.renames where !moved.contains(rename.to) {
      try source.addArrival(of: rename)
      departures.insert(rename.from)
      for name in there.listed[rename.from] ?? [] {
        let path = rename.from.pushing(name.rest)
        guard try base.includes(path, name.isDirectory) else { continue }
        // A version that was kept there is not gone because it never came here.
        if ConflictCopy.isKept(path), try base.tree.handle(at: path) == nil { continue }
        departures.insert(path)
      }
    }
    return (places, departures)
  }

  /// Leaves out renames to where something stays: neither renamed itself, nor a file that is deleted
  /// and that a file replaces.
  private func unblocked(
    _ renames: [Rename], deleted: Set<FilePath>
  ) throws -> [Rename] {
    let leaving = Set(renames.map(\.from))
    let free = try renames.filter { rename in
      guard !leaving.contains(rename.to), let entry = try base.tree.entry(at: rename.to) else {
        return true
      }
      return !rename.isDirectory && entry.kind != .directory && deleted.contains(rename.to)
    }
    return free.count == renames.count ? renames : try unblocked(free, deleted: deleted)
  }

  /// Whether the target has what is to be renamed, and nothing where it goes but what was here, too.
  private func isThere(_ rename: Rename) throws -> Bool {
    guard there.probed[rename.from] == rename.isDirectory else { return false }
    return try there.probed[rename.to] == nil || base.tree.handle(at: rename.to) != nil
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
