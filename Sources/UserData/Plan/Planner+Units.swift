import FileTrees
import LiveCommit
import PCSCore
import SystemPackage

/// Decides files that belong together as one.
extension Planner {
  /// Decides the unit that `path` belongs to, if a member of it was changed on the target and not in
  /// the same way here; returns whether it did.
  mutating func decideUnit(of path: FilePath) throws -> Bool {
    guard let unit = units.unit(of: path) else { return false }
    let members = unit.members.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    guard try members.contains(where: clashes) else { return false }
    decided.formUnion(members)
    let versions = try members.map { member in
      UnitVersion(
        path: member, here: try entryHere(member), candidate: candidates[member])
    }
    try clash(unit, versions)
    return true
  }

  private func clashes(_ path: FilePath) throws -> Bool {
    guard let candidate = candidates[path] else { return false }
    if case .clash = try verdict(path, candidate) { return true }
    return false
  }

  private mutating func clash(_ unit: FileUnit, _ versions: [UnitVersion]) throws {
    let rule = rules.rule(for: unit.anchor, isDirectory: false)
    let use = Self.winner(rule.use, versions.newest(\.here), versions.newest(\.there))
    let isChangedHere = versions.contains { $0.candidate?.isChangedHere == true }
    let anchorHere = versions.first { $0.path == unit.anchor }?.here
    let anchorThere = versions.first { $0.path == unit.anchor }?.there
    plan.clashes.append(
      MirrorPlan.Clash(
        path: unit.anchor, here: Self.word(anchorHere, isChanged: isChangedHere),
        there: Self.word(anchorThere, isChanged: true), use: use))
    switch use {
    case .source, .newer:
      if rule.keepsLoser, anchorThere != nil { try keepTargets(unit, versions) }
      for version in versions where version.candidate != nil {
        mirror(version.path, version.here, hasContent: true)
      }
    case .target:
      for version in versions where version.candidate != nil {
        plan.left.append(version.path)
        staying.insert(version.path)
      }
      if rule.keepsLoser, anchorHere != nil { try send(unit, versions) }
    case .stop: break
    }
  }

  /// Keeps all of the target's unit under one other name.
  private mutating func keepTargets(_ unit: FileUnit, _ versions: [UnitVersion]) throws {
    let copy = try copyName(of: unit, isTarget: true)
    let directory = candidates[unit.subject]?.there?.entry
    if unit.kind == .store, let entry = try directory ?? entryHere(unit.subject) {
      plan.changes.settings.append(
        FolderChanges.Setting(path: copy, entry: entry, hasContent: false))
    }
    for version in versions where version.mayBeThere {
      guard let name = unit.name(of: version.path, in: copy) else { continue }
      plan.changes.kept.append(FolderChanges.Copy(path: version.path, copy: name))
    }
  }

  /// Sends all of the source's unit under one other name.
  private mutating func send(_ unit: FileUnit, _ versions: [UnitVersion]) throws {
    let copy = try copyName(of: unit, isTarget: false)
    if unit.kind == .store {
      plan.sent.append(FolderChanges.Copy(path: unit.subject, copy: copy))
    }
    for version in versions where version.here != nil {
      guard let name = unit.name(of: version.path, in: copy) else { continue }
      plan.sent.append(FolderChanges.Copy(path: version.path, copy: name))
    }
  }

  /// A free name for a copy, short enough for the names of all its files.
  private mutating func copyName(of unit: FileUnit, isTarget: Bool) throws -> FilePath {
    let longest = 255 - (SQLiteFiles.suffixes.map(\.utf8.count).max() ?? 0)
    let copy = try copy(of: unit.subject, isTarget: isTarget)
    guard unit.kind == .sqlite, let name = copy.lastComponent,
      FilePath(root: nil, [name]).length > longest
    else { return copy }
    let bytes = FilePath(root: nil, unit.subject.components.suffix(1)).bytes
    let shorter = FilePath(bytes: Array(bytes.prefix(bytes.count / 2)))
    return try self.copy(
      of: unit.subject.removingLastComponent().pushing(shorter), isTarget: isTarget)
  }
}

/// One file of a unit on both machines.
private struct UnitVersion {
  var path: FilePath
  var here: Entry?
  /// nil for what is the same on both machines.
  var candidate: Candidate?

  /// The target's version; that of the base where the target did not change it, for which this
  /// machine's stands.
  var there: Entry? {
    guard let candidate else { return here }
    return candidate.there.map(\.entry) ?? here
  }

  /// Whether the target may have it: what it did not change it has as in the base, which is not
  /// looked at here.
  var mayBeThere: Bool { candidate.map { $0.there == nil } ?? false || there != nil }
}

extension [UnitVersion] {
  fileprivate func newest(_ entry: (UnitVersion) -> Entry?) -> Entry? {
    compactMap(entry).max { $0.attributes.modified < $1.attributes.modified }
  }
}
