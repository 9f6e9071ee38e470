import PCSCore
package import SystemPackage

/// Decides what becomes of every candidate.
package struct Planner {
  private let rules: ConflictRules
  /// What is at a path here; nil when nothing is.
  private let entryHere: (FilePath) throws -> Entry?
  /// Whether two files that are alike in everything else have the same content.
  private let isSameContent: (FilePath) throws -> Bool
  /// What a version of a host is called when it is kept beside another.
  private let copyName: (FilePath, _ isTarget: Bool) -> FilePath
  private var plan = MirrorPlan()
  /// Paths of the target that stay, with all that is in them.
  private var staying: [FilePath] = []

  package init(
    rules: ConflictRules, entryHere: @escaping (FilePath) throws -> Entry?,
    isSameContent: @escaping (FilePath) throws -> Bool,
    copyName: @escaping (FilePath, _ isTarget: Bool) -> FilePath
  ) {
    self.rules = rules
    self.entryHere = entryHere
    self.isSameContent = isSameContent
    self.copyName = copyName
  }

  package mutating func plan(
    _ candidates: [FilePath: Candidate], renames: [Rename]
  ) throws -> MirrorPlan {
    plan = MirrorPlan()
    staying = []
    plan.renames = renames
    let inOrder = candidates.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }
    for (path, candidate) in inOrder { try decide(path, candidate) }
    keepDirectoriesOfWhatStays()
    plan.deletions.sort { $1.bytes.lexicographicallyPrecedes($0.bytes) }
    return plan
  }

  private mutating func decide(_ path: FilePath, _ candidate: Candidate) throws {
    if staying.contains(where: { path.relative(to: $0) != nil && path != $0 }) {
      plan.left.append(path)
      return
    }
    let here = try entryHere(path)
    guard let there = candidate.there else {
      mirror(path, here, hasContent: candidate.hasContent)
      return
    }
    if here == nil, there.entry == nil { return }
    if here == nil, !candidate.isChangedHere, ConflictCopy.isConflictCopy(path) { return }
    if let here, let old = there.entry, here.isLike(old),
      try here.kind != .file || isSameContent(path)
    {
      if here.attributes.modified != old.attributes.modified {
        mirror(path, here, hasContent: false)
      }
      return
    }
    // Nothing is lost with a directory that is made, or is removed once it is empty.
    let isDirectoryAlone =
      (here ?? there.entry)?.kind == .directory && (here == nil || there.entry == nil)
    if there.isChanged, !isDirectoryAlone {
      clash(path, candidate, here, there.entry)
    } else {
      mirror(path, here, hasContent: true)
    }
  }

  private mutating func mirror(_ path: FilePath, _ here: Entry?, hasContent: Bool) {
    if let here {
      plan.settings.append(
        MirrorPlan.Setting(path: path, entry: here, hasContent: hasContent && here.kind == .file))
    } else {
      plan.deletions.append(path)
    }
  }

  private mutating func clash(
    _ path: FilePath, _ candidate: Candidate, _ here: Entry?, _ there: Entry?
  ) {
    let rule = rules.rule(for: path, isDirectory: (here ?? there)?.kind == .directory)
    let use = Self.winner(rule.use, here, there)
    plan.clashes.append(
      MirrorPlan.Clash(
        path: path, here: Self.word(here, isChanged: candidate.isChangedHere),
        there: Self.word(there, isChanged: true), use: use))
    switch use {
    case .source, .newer:
      if rule.keepsLoser, let there { keepTargets(path, there, here) }
      mirror(path, here, hasContent: true)
    case .target:
      plan.left.append(path)
      if there != nil { staying.append(path) }
      if rule.keepsLoser, here?.kind == .file {
        plan.sent.append(MirrorPlan.Copy(path: path, copy: copyName(path, false)))
      }
    case .stop: break
    }
  }

  /// A directory is kept whole where something else takes its place; else what is in it decides.
  private mutating func keepTargets(_ path: FilePath, _ there: Entry, _ here: Entry?) {
    if there.kind == .directory {
      guard let here, here.kind != .directory else { return }
    } else if there.isLikeAttributesOnly(here) {
      return
    }
    let copy = copyName(path, true)
    plan.kept.append(MirrorPlan.Copy(path: path, copy: copy))
    if there.kind == .directory { staying.append(path) }
  }

  /// Nothing that stays, and no copy, is in a directory that goes or becomes something else.
  private mutating func keepDirectoriesOfWhatStays() {
    let anchors =
      staying.filter { path in !plan.kept.contains { $0.path == path } }
      + plan.kept.map(\.copy) + plan.sent.map(\.copy)
    let around = Set(anchors.flatMap { $0.selfAndAround.dropFirst() })
    guard !around.isEmpty else { return }
    plan.keptDirectories = plan.deletions.filter { around.contains($0) }
    plan.deletions.removeAll { around.contains($0) }
    let blocked = plan.settings.filter { around.contains($0.path) && $0.entry.kind != .directory }
    plan.left += blocked.map(\.path)
    plan.settings.removeAll { around.contains($0.path) && $0.entry.kind != .directory }
  }

  private static func winner(_ use: Preference, _ here: Entry?, _ there: Entry?) -> Preference {
    guard use == .newer else { return use }
    guard let here else { return .target }
    guard let there else { return .source }
    return here.attributes.modified < there.attributes.modified ? .target : .source
  }

  private static func word(_ entry: Entry?, isChanged: Bool) -> String {
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
