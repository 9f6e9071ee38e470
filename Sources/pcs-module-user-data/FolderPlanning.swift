import Btrfs
import PCSCore
import SystemPackage
import UserData

/// What a sync does to one folder.
enum FolderWork {
  /// Exactly what changed is brought over.
  ///
  /// What moved away is deleted only because it is sent anew; so many are added that were not there,
  /// so many are removed that were.
  case incremental(MirrorPlan, movedAway: Set<FilePath>, added: Int, removed: Int)
  /// Everything is compared, for a reason.
  case full(reason: String)
}

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
  /// Returns the files of databases and stores that only the target has, of those asked for.
  let unitsThere: (_ databases: [FilePath], _ stores: [FilePath]) throws -> [FilePath: Entry]
  /// Tells the digests of files on the target.
  let digests: ([FilePath]) throws -> [ContentDigest]

  func work() throws -> FolderWork {
    let changes: [FolderChange]
    switch self.changes {
    case .known(let found): changes = found
    case .unknown(let reason): return .full(reason: reason)
    }
    guard let base = here.base else { throw WireError() }
    if let reason = there.reason { return .full(reason: "on \(targetHost): \(reason)") }
    if base.memory.filter != filters.digest { return .full(reason: "the filter changed") }
    let then = try base.folder(of: here.subvolume, inside: here.inside)
    let now = EntryTree(here.snapshot.folder)
    let filtered = FilteredTree(now, try filter(here.snapshot.folder))
    let before = FilteredTree(EntryTree(then), try filter(then))
    if base.memory.left.contains(where: \.path.isRuleFile) {
      return .full(reason: "the filter of a directory is not the same on both machines")
    }
    let source = try SourceChanges(changes, now: filtered, base: before)
    if source.changesRules { return .full(reason: "the filter of a directory changed") }
    let list = try CandidateList(
      source, there, left: base.memory.left, target: target, now: filtered, base: before)
    let plan = try plan(list, now, filtered)
    let added = try plan.settings.filter { try before.tree.handle(at: $0.path) == nil }.count
    let removed = try plan.deletions.filter { try before.tree.handle(at: $0) != nil }.count
    return .incremental(plan, movedAway: list.movedAway, added: added, removed: removed)
  }

  private func filter(_ folder: Directory) throws -> Filter {
    let reader = try DirectoryRulesReader(beneath: folder.descriptor, as: here.path)
    return Filter(filters) { try reader.content(of: $0) }
  }

  private func plan(
    _ list: CandidateList, _ now: EntryTree, _ filtered: FilteredTree
  ) throws -> MirrorPlan {
    let same = try sameContent(list, now)
    let (candidates, units) = try grouped(list.candidates, filtered)
    var planner = Planner(
      rules: rules, entryHere: { try filtered.entry(at: $0) },
      isSameContent: { same.contains($0) }, pathsBelow: { try filtered.included(below: $0) },
      units: units, copyName: copyName)
    var plan = try planner.plan(candidates, renames: list.renames)
    let links = LinkGroups { try names(of: $0, filtered) }
    try links.resolve(&plan, touched: list.touched)
    return plan
  }

  /// The files that changed there and yet may be equal, and are.
  private func sameContent(_ list: CandidateList, _ now: EntryTree) throws -> Set<FilePath> {
    var open: [FilePath] = []
    for (path, candidate) in list.candidates {
      guard let old = candidate.there?.entry, old.kind == .file,
        let entry = try now.entry(at: path), entry.isLike(old)
      else { continue }
      open.append(path)
    }
    if open.isEmpty { return [] }
    let there = try digests(open.map(list.placeThere))
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
