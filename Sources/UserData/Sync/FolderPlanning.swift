import FileTrees
import LiveCommit
import PCSCore
import SyncFilter
import SystemPackage

/// Finds out what a sync has to do to one folder.
struct FolderPlanning {
  let here: FolderHere
  let changes: ChangesSinceBase
  let there: FolderFindings
  let filters: FilterList
  let rules: ConflictRules
  /// The target's machine id.
  let target: String
  let sourceHost: String
  let targetHost: String
  let moment: Timestamp
  /// What was met that is too long for a sync.
  let longPaths = LongPaths()
  /// Snapshots of this machine's completed sessions, the newest first.
  let evidence: [Snapshot]
  let lister: TargetLister
  /// Returns what changed of paths on both machines, for a dry run.
  let liveChanges: ([FilePath]) throws -> LiveChanges
  /// Returns the paths of which the target has the version that a session which did not complete
  /// brought here.
  let broughtHere: ([FilePath]) throws -> Set<FilePath>
  /// Returns the files of databases and stores that only the target has, of those asked for.
  let unitsThere: (_ databases: [FilePath], _ stores: [FilePath]) throws -> [FilePath: Entry]
  /// Returns the digests of files on the target.
  let digests: ([FilePath]) throws -> [ContentDigest]
  /// Returns the digests of the blocks of files on the target, doing something meanwhile.
  let blocks:
    (
      _ files: [(path: FilePath, blockSize: UInt64)], _ meanwhile: @escaping () throws -> Void
    ) throws -> [BlockDigests]

  /// Returns why everything has to be compared; nil when the changes since the last sync are known.
  func reasonToCompare() throws -> String? {
    if here.isFirst { return "this machine was never synced with \(targetHost)" }
    guard let base = here.base else { return "there is no earlier sync of it to compare with" }
    if case .unknown(let reason) = changes { return reason }
    if let reason = there.reason { return "on \(targetHost): \(reason)" }
    if base.memory.filter != filters.digest { return "the filter changed" }
    if base.memory.left.contains(where: \.path.isRuleFile) {
      return "the filter of a directory is not the same on both machines"
    }
    return try sourceChanges()?.changesRules == true ? "the filter of a directory changed" : nil
  }

  /// Returns what a dry run shows.
  func work(comparing reason: String?) throws -> FolderWork {
    isNew ? .list : .mirror(try mirror(comparing: reason))
  }

  func mirror(comparing reason: String?) throws -> FolderMirror {
    try reason == nil ? mirrorOfChanges() : mirrorOfEverything()
  }

  /// Whether no session has synced the folder of the target before.
  private var isNew: Bool { here.isFirst && !there.hasHistory }

  /// Compares everything, and judges nothing.
  func eachDifference(
    _ body: @escaping (TreeComparison.Difference) throws -> Void
  ) throws -> (counts: TreeComparison.Counts, staying: Set<FilePath>) {
    let comparison = TreeComparison(try now(), lister, report: body)
    return (try comparison.run(), comparison.staying)
  }

  // MARK: Changes alone

  private func mirrorOfChanges() throws -> FolderMirror {
    guard let base = here.base, let source = try sourceChanges() else { throw WireError() }
    let (now, before) = try (now(), before())
    var list = try CandidateList(
      source, there, left: base.memory.left, target: target, now: now, base: before)
    let former = Set(base.memory.boundaries).subtracting(filters.boundaries)
    var unread: [FilePath] = []
    if !former.isEmpty {
      let compared = try compared(from: former.sorted { $0.string < $1.string }, source)
      list.add(compared.candidates)
      unread = compared.comparison.unread
    }
    // What was chosen there stays chosen.
    let chosen = Set(base.memory.left.filter { $0.chosen == target }.map(\.path))
    let known = try known(list.open, placeThere: list.placeThere)
      .union(broughtHere(list.open.paths.filter { list.placeThere($0) == $0 }))
    list.resolve(known: known.subtracting(chosen))
    var plan = try plan(
      list.candidates, renames: list.renames, touched: list.touched, placeThere: list.placeThere)
    try ChangedContents(
      source.written, base: before.tree,
      there: Set(list.candidates.filter { $0.value.there != nil }.map(\.key)),
      left: Set(base.memory.left.map(\.path)), unread: Set(base.memory.unread)
    ).addBases(to: &plan)
    sendStatesWhole(&plan)
    try compareBlocks(of: &plan, placeThere: list.placeThere) { list.candidates[$0]?.there?.entry }
    let added = try plan.changes.settings.filter { try before.tree.handle(at: $0.path) == nil }
      .count
    let removed = try plan.changes.deletions.filter { try before.tree.handle(at: $0) != nil }.count
    let counted = base.memory.entries
    return FolderMirror(
      plan: plan, moved: list.movedAway,
      // What is only there was never counted.
      entriesBefore: counted + plan.changes.deletions.count - removed,
      entriesAfter: max(counted - removed + added, 0),
      unread: unread + base.memory.unread(after: plan))
  }

  // MARK: Everything

  private func mirrorOfEverything() throws -> FolderMirror {
    let source = try sourceChanges()
    let (candidates, counts, comparison) = try compared(from: [""], source)
    var plan = try plan(candidates.candidates, renames: [], touched: [:], placeThere: { $0 })
    try compareBlocks(of: &plan) { candidates.candidates[$0]?.there?.entry }
    // The list of a first sync and the sync itself count the same.
    if here.snapshot.isLive || here.isFirst { plan.keep(comparison.staying) }
    var moves = MovedEntries()
    if !plan.changes.deletions.isEmpty {
      for setting in plan.changes.settings
      where candidates.candidates[setting.path]?.there?.entry == nil {
        moves.add(setting.path, setting.entry)
      }
      for tree in plan.changes.trees {
        moves.add(tree.path, tree.entry)
        try now().walk(below: tree.path) { moves.add($0, $1) }
      }
    }
    let moved = plan.changes.deletions.filter { path in
      moves.take(path, candidates.candidates[path]?.there?.entry)
    }
    var mirror = FolderMirror(
      plan: plan, moved: Set(moved), entriesBefore: counts.there, entriesAfter: counts.here,
      unread: comparison.unread)
    if here.snapshot.isLive || here.isFirst {
      mirror.there = candidates.candidates.compactMapValues { $0.there?.entry }
    }
    return mirror
  }

  /// Compares directories of the two machines, and judges every difference.
  private func compared(
    from roots: [FilePath], _ source: SourceChanges?
  ) throws -> (
    candidates: ComparedCandidates, counts: TreeComparison.Counts, comparison: TreeComparison
  ) {
    let always = Set(source.map { Array($0.touched.keys) } ?? [])
      .union(there.reason == nil ? Array(there.changed.keys) : [])
      .union(here.base?.memory.left.map(\.path) ?? [])
    var differences: [TreeComparison.Difference] = []
    let comparison = TreeComparison(try now(), lister, always: always, sum: try treeSum()) {
      differences.append($0)
    }
    let counts = try comparison.run(from: roots)
    var candidates = ComparedCandidates(try knowledge(source, of: differences))
    for difference in differences { candidates.add(difference) }
    candidates.resolve(
      known: try known(candidates.open, placeThere: { $0 })
        .union(broughtHere(candidates.open.paths)))
    return (candidates, counts, comparison)
  }

  /// Returns the sum of a directory that is sent whole: where the target has no history, none of its
  /// paths has to be judged by itself.
  private func treeSum() throws -> ((FilePath) throws -> TreeSum?)? {
    guard isNew else { return nil }
    let filtered = try now()
    return { path in
      try filtered.sum(below: path, another: now) { try names(of: $0, filtered) }
    }
  }

  private func knowledge(
    _ source: SourceChanges?, of differences: [TreeComparison.Difference]
  ) throws -> ComparedCandidates.Knowledge {
    var knowledge = ComparedCandidates.Knowledge()
    if here.snapshot.isLive {
      let changes = try liveChanges(differences.map(\.path))
      (knowledge.changedHere, knowledge.there) = (changes.here, changes.there)
    } else {
      knowledge.changedHere = source.map { $0.deleted.union($0.touched.keys) }
      knowledge.there = there.reason == nil ? there.changed : nil
    }
    knowledge.isAgreed = here.isFirst
    guard let memory = here.base?.memory else { return knowledge }
    knowledge.isSameFilter =
      memory.filter == filters.digest && source?.changesRules == false
      && !memory.left.contains(where: \.path.isRuleFile)
    knowledge.chosenThere = Set(memory.left.filter { $0.chosen == target }.map(\.path))
    let former = Set(memory.boundaries).subtracting(filters.boundaries)
    knowledge.formerSnaps = former.filter { SnapRevisions.mayBeLeft($0) || mayBeState($0) }
    knowledge.formerBoundaries = former.subtracting(knowledge.formerSnaps)
    return knowledge
  }

  // MARK: Parts of both

  private func sourceChanges() throws -> SourceChanges? {
    guard case .known(let changes) = changes else { return nil }
    return try SourceChanges(changes, now: now(), base: before())
  }

  private func now() throws -> FilteredTree {
    FilteredTree(here.snapshot.tree, try filter(here.snapshot.folder, longPaths))
  }

  private func before() throws -> FilteredTree {
    guard let base = here.base else { throw WireError() }
    let then = try base.folder(of: here.subvolume, inside: here.inside)
    return FilteredTree(EntryTree(then), try filter(then))
  }

  private func filter(_ folder: Directory, _ longPaths: LongPaths? = nil) throws -> Filter {
    let reader = try DirectoryRulesReader(beneath: folder.descriptor, as: here.path)
    return Filter(filters, longPaths: longPaths) { try reader.file(of: $0) }
  }

  /// The paths of which the target has a version that this machine once had.
  private func known(
    _ open: OpenVersions, placeThere: (FilePath) -> FilePath
  ) throws -> Set<FilePath> {
    let sinceBase = evidence.prefix { $0.sessionID != here.base?.session }
    return try known(open.changedHere, in: evidence[...], placeThere)
      .union(known(open.asInBase, in: sinceBase, placeThere))
  }

  private func known(
    _ entries: [FilePath: Entry], in snapshots: ArraySlice<Snapshot>,
    _ placeThere: (FilePath) -> FilePath
  ) throws -> Set<FilePath> {
    if entries.isEmpty { return [] }
    let found = try Evidence(snapshots, subvolume: here.subvolume, inside: here.inside)
    return try found.known(among: entries) { try digests($0.map(placeThere)) }
  }

  private func plan(
    _ candidates: [FilePath: Candidate], renames: [Rename],
    touched: [FilePath: SourceChanges.Touch], placeThere: (FilePath) -> FilePath
  ) throws -> MirrorPlan {
    let filtered = try now()
    let candidates = try withoutEqualStates(candidates, filtered, placeThere)
    let same = try sameContent(candidates, filtered.tree, placeThere)
    let (grouped, units) = try grouped(candidates, filtered)
    var planner = Planner(
      rules: rules, entryHere: { try filtered.entry(at: $0) },
      isSameContent: { same.contains($0) }, pathsBelow: { try filtered.included(below: $0) },
      units: units, copyName: copyName)
    var plan = try planner.plan(grouped, renames: renames)
    let links = LinkGroups { try names(of: $0, filtered) }
    try links.resolve(&plan, touched: touched)
    plan.tooLong = try longPaths.paths.filter { path in
      try filtered.tree.handle(at: path) != nil || !there.isGone(path)
    }
    return plan
  }

  /// The files that changed there and yet may be equal, and are.
  private func sameContent(
    _ candidates: [FilePath: Candidate], _ now: EntryTree, _ placeThere: (FilePath) -> FilePath
  ) throws -> Set<FilePath> {
    var open: [FilePath] = []
    for (path, candidate) in candidates {
      guard let old = candidate.there?.entry, old.kind == .file,
        let entry = try now.entry(at: path), entry.isLike(old)
      else { continue }
      open.append(path)
    }
    if open.isEmpty { return [] }
    let there = try digests(open.map(placeThere))
    return Set(
      try zip(open, there).filter { path, digest in
        guard let file = try now.handle(at: path) else { return false }
        return try ContentDigest(of: file) == digest
      }.map(\.0))
  }

  private func copyName(_ path: FilePath, _ isTarget: Bool, _ number: Int) -> FilePath {
    let name = path.lastComponent.map { FilePath(root: nil, [$0]) } ?? path
    let host = (isTarget ? targetHost : sourceHost) + (number == 0 ? "" : "-\(number)")
    return path.removingLastComponent()
      .pushing(ConflictCopy.name(for: name, host: host, at: moment))
  }
}
