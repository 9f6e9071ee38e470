package import FileTrees
package import LiveCommit
import PCSCore
package import SystemPackage

/// Decides what becomes of every candidate.
package struct Planner {
  let rules: ConflictRules
  /// What is at a path here; nil when nothing is.
  let entryHere: (FilePath) throws -> Entry?
  /// Whether two files that are alike in everything else have the same content.
  private let isSameContent: (FilePath) throws -> Bool
  /// Everything that takes part below a directory here, a directory before what is in it.
  private let pathsBelow: (FilePath) throws -> [FilePath]
  /// What a version of a host is called when it is kept beside another; the number is for the
  /// second of the same name.
  private let copyName: (FilePath, _ isTarget: Bool, _ number: Int) -> FilePath
  /// The files that belong together.
  let units: FileUnits
  var plan = MirrorPlan()
  private(set) var candidates: [FilePath: Candidate] = [:]
  /// Members of units that were decided as one.
  var decided: Set<FilePath> = []
  /// Paths of the target that stay, with all that is in them.
  var staying: Set<FilePath> = []
  /// Directories around versions of the target that are to be kept.
  private var keeping: Set<FilePath> = []
  private var copies: Set<FilePath> = []

  package init(
    rules: ConflictRules, entryHere: @escaping (FilePath) throws -> Entry?,
    isSameContent: @escaping (FilePath) throws -> Bool,
    pathsBelow: @escaping (FilePath) throws -> [FilePath] = { _ in [] },
    units: FileUnits = FileUnits(),
    copyName: @escaping (FilePath, _ isTarget: Bool, _ number: Int) -> FilePath
  ) {
    self.rules = rules
    self.entryHere = entryHere
    self.isSameContent = isSameContent
    self.pathsBelow = pathsBelow
    self.units = units
    self.copyName = copyName
  }

  package mutating func plan(
    _ candidates: [FilePath: Candidate], renames: [Rename]
  ) throws -> MirrorPlan {
    plan = MirrorPlan()
    (staying, copies, decided) = ([], [], [])
    self.candidates = candidates
    plan.changes.renames = renames
    let inOrder = candidates.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }
    keeping = try directoriesOfLosers(inOrder)
    for (path, candidate) in inOrder { try decide(path, candidate) }
    plan.staying = staying
    try keepDirectoriesOfWhatStays()
    plan.changes.deletions.sort { $1.bytes.lexicographicallyPrecedes($0.bytes) }
    return plan
  }

  // MARK: One path

  /// What is to be done about a path, before it is asked whose version counts.
  enum Verdict {
    case nothing
    /// It is a version that was kept on the target.
    case protected
    case mirror(Entry?, hasContent: Bool)
    case clash(Entry?, Entry?)
  }

  func verdict(_ path: FilePath, _ candidate: Candidate) throws -> Verdict {
    let here = try entryHere(path)
    guard let there = candidate.there else {
      return .mirror(here, hasContent: candidate.hasContent)
    }
    if here == nil, there.entry == nil { return .nothing }
    if here == nil, !candidate.isChangedHere, ConflictCopy.isKept(path) { return .protected }
    if let here, let old = there.entry, here.isLike(old),
      try here.kind != .file || isSameContent(path)
    {
      // Which names are one file is to be seen nowhere but in both trees.
      if here.kind != .directory, max(here.links, old.links) > 1 {
        return .mirror(here, hasContent: true)
      }
      let isSameTime = here.attributes.modified == old.attributes.modified
      return isSameTime ? .nothing : .mirror(here, hasContent: false)
    }
    // Nothing is lost with a directory that is made, or is removed once it is empty.
    let isDirectoryAlone =
      (here ?? there.entry)?.kind == .directory && (here == nil || there.entry == nil)
    return there.isChanged && !isDirectoryAlone
      ? .clash(here, there.entry) : .mirror(here, hasContent: true)
  }

  private mutating func decide(_ path: FilePath, _ candidate: Candidate) throws {
    if path.selfAndAround.dropFirst().contains(where: staying.contains) {
      plan.left.append(path)
      return
    }
    if try decided.contains(path) || decideUnit(of: path) { return }
    switch try verdict(path, candidate) {
    case .nothing: break
    case .protected: plan.protected.append(path)
    case .mirror(let here, let hasContent):
      if let here, here.kind != .directory, keeping.contains(path) { try putAside(path) }
      mirror(path, here, hasContent: hasContent)
    case .clash(let here, let there): try clash(path, candidate, here, there)
    }
  }

  mutating func mirror(_ path: FilePath, _ here: Entry?, hasContent: Bool) {
    if let here, let sum = candidates[path]?.sum {
      plan.changes.trees.append(FolderChanges.Tree(path: path, entry: here))
      plan.sums[path] = sum
    } else if let here {
      plan.changes.settings.append(
        FolderChanges.Setting(path: path, entry: here, hasContent: hasContent && here.kind == .file)
      )
    } else {
      plan.changes.deletions.append(path)
    }
  }

  // MARK: Clashes

  private mutating func clash(
    _ path: FilePath, _ candidate: Candidate, _ here: Entry?, _ there: Entry?
  ) throws {
    let rule = rule(for: path, here, there)
    let use = Self.winner(rule.use, here, there)
    plan.clashes.append(
      MirrorPlan.Clash(
        path: path, here: Self.word(here, isChanged: candidate.isChangedHere),
        there: Self.word(there, isChanged: true), use: use))
    switch use {
    case .source, .newer:
      if rule.keepsLoser, let there { try keepTargets(path, there, here) }
      mirror(path, here, hasContent: true)
    case .target:
      plan.left.append(path)
      if let there, there.kind != .directory || here?.kind != .directory { staying.insert(path) }
      if rule.keepsLoser, let here { try send(path, here, over: there) }
    case .stop: break
    }
  }

  private func rule(for path: FilePath, _ here: Entry?, _ there: Entry?) -> ConflictRule {
    rules.rule(for: path, isDirectory: (here ?? there)?.kind == .directory)
  }

  /// A directory is kept whole where something else takes its place; else what is in it decides.
  private mutating func keepTargets(_ path: FilePath, _ there: Entry, _ here: Entry?) throws {
    if there.kind == .directory {
      guard let here, here.kind != .directory else { return }
      try putAside(path)
    } else if !there.isLikeAttributesOnly(here) {
      plan.changes.kept.append(
        FolderChanges.Copy(path: path, copy: try copy(of: path, isTarget: true)))
    }
  }

  /// Keeps a directory of the target whole under another name.
  private mutating func putAside(_ path: FilePath) throws {
    plan.changes.kept.append(
      FolderChanges.Copy(path: path, copy: try copy(of: path, isTarget: true)))
    staying.insert(path)
  }

  /// Sends the version of the source that loses, a directory with all that is in it.
  private mutating func send(_ path: FilePath, _ here: Entry, over there: Entry?) throws {
    if here.isLikeAttributesOnly(there) { return }
    let copy = try copy(of: path, isTarget: false)
    plan.sent.append(FolderChanges.Copy(path: path, copy: copy))
    guard here.kind == .directory else { return }
    for below in try pathsBelow(path) {
      guard let rest = below.relative(to: path) else { continue }
      plan.sent.append(FolderChanges.Copy(path: below, copy: copy.pushing(rest)))
    }
  }

  /// A name that is free, also of what an earlier sync of the same second has kept.
  mutating func copy(of path: FilePath, isTarget: Bool) throws -> FilePath {
    var number = 0
    while true {
      let name = copyName(path, isTarget, number)
      if try entryHere(name) == nil, copies.insert(name).inserted { return name }
      number += 1
    }
  }

  /// The directories around everything of the target that loses and is kept: where a file takes
  /// the place of one of them, it is kept whole.
  private func directoriesOfLosers(
    _ candidates: [(key: FilePath, value: Candidate)]
  ) throws -> Set<FilePath> {
    var found: Set<FilePath> = []
    for (path, candidate) in candidates where candidate.there?.isChanged == true {
      guard case .clash(let here, let there?) = try verdict(path, candidate) else { continue }
      let rule = rule(for: path, here, there)
      let use = Self.winner(rule.use, here, there)
      if use == .source, rule.keepsLoser { found.formUnion(path.selfAndAround.dropFirst()) }
    }
    return found
  }

  /// Nothing that stays, and no copy, is in a directory that goes or becomes something else.
  private mutating func keepDirectoriesOfWhatStays() throws {
    let aside = Set(plan.changes.kept.map(\.path))
    let anchors =
      staying.subtracting(aside) + plan.changes.kept.map(\.copy) + plan.sent.map(\.copy)
    let around = Set(anchors.flatMap { $0.selfAndAround.dropFirst() })
    guard !around.isEmpty else { return }
    plan.keptDirectories = plan.changes.deletions.filter { around.contains($0) }
    plan.changes.deletions.removeAll { around.contains($0) }
    let blocked = plan.changes.settings.filter {
      around.contains($0.path) && $0.entry.kind != .directory
    }
    plan.changes.settings.removeAll { around.contains($0.path) && $0.entry.kind != .directory }
    for setting in blocked {
      plan.left.append(setting.path)
      try send(setting.path, setting.entry, over: nil)
    }
  }

  static func winner(_ use: Preference, _ here: Entry?, _ there: Entry?) -> Preference {
    guard use == .newer else { return use }
    guard let here else { return .target }
    guard let there else { return .source }
    return here.attributes.modified < there.attributes.modified ? .target : .source
  }

  static func word(_ entry: Entry?, isChanged: Bool) -> String {
    guard isChanged else { return "unchanged" }
    return entry == nil ? "deleted" : "changed"
  }
}

extension Entry {
  /// Whether only what it belongs to or may be done with it differs, which no copy would save.
  fileprivate func isLikeAttributesOnly(_ other: Entry?) -> Bool {
    guard let other else { return false }
    return kind != .file && kind == other.kind && linkTarget == other.linkTarget
      && device == other.device
  }
}
