package import FileTrees
import PCSCore
package import SystemPackage

/// Makes the folder in a stage what a plan says, but for the content of files, which comes in
/// between.
package struct StageWork {
  private let stage: StageTree
  /// The folder as it was before.
  private let before: EntryTree
  /// Without what is occupied, once that is known.
  package private(set) var plan: MirrorPlan
  /// Directories that stay because something is in them that no plan names.
  package private(set) var kept: [FilePath] = []
  /// Where a directory stays with something excluded in it, though the source has another thing
  /// there, and further names of that thing.
  package private(set) var occupied: [FilePath] = []
  /// Flags of the source's that files and directories cannot have here.
  package private(set) var flagless: [(path: FilePath, flags: UInt32)] = []

  package init(_ stage: StageTree, before: EntryTree, plan: MirrorPlan) {
    self.stage = stage
    self.before = before
    self.plan = plan
  }

  /// The content of files that came along with the plan.
  package func write(_ contents: [FilePath: [UInt8]]) throws {
    for (path, bytes) in contents where !occupied.contains(path) {
      try stage.write(bytes, to: path)
    }
  }

  /// What comes before the content of files: names, kinds, and room for what is new.
  ///
  /// Returns files of which the content is needed though nobody said so.
  package mutating func prepare() throws -> [FilePath] {
    for rename in plan.renames {
      try stage.makeDirectories(around: rename.to)
      try stage.rename(rename.from, to: rename.to)
    }
    for copy in plan.kept { try keep(copy) }
    for path in plan.deletions where try !stage.remove(path) { kept.append(path) }
    var wanting: [FilePath] = []
    for setting in plan.settings where try prepare(setting) { wanting.append(setting.path) }
    plan.leaveOut(occupied)
    return wanting
  }

  private func keep(_ copy: MirrorPlan.Copy) throws {
    if try stage.tree.entry(at: copy.path)?.kind == .directory {
      try stage.rename(copy.path, to: copy.copy)
    } else {
      try stage.makeDirectories(around: copy.copy)
      try stage.clone(copy.path, as: copy.copy)
    }
  }

  /// Whether content is missing that the plan does not send.
  private mutating func prepare(_ setting: MirrorPlan.Setting) throws -> Bool {
    let entry = setting.entry
    var present = try stage.tree.entry(at: setting.path)
    if setting.path.isEmpty {
      try stage.unlock("")
      return false
    }
    if let first = setting.linkedTo, occupied.contains(first) {
      occupied.append(setting.path)
      return false
    }
    if let old = present, try !canBecome(setting, old) {
      guard try stage.remove(setting.path) else {
        occupied.append(setting.path)
        return false
      }
      present = nil
    }
    if setting.linkedTo != nil { return false }
    guard let present else {
      try stage.make(setting.path, entry)
      if let flags = plan.flags[setting.path] { _ = try stage.add(flags, to: setting.path) }
      return entry.kind == .file && !setting.hasContent && entry.size > 0
    }
    try stage.unlock(setting.path)
    guard entry.kind == .file else { return false }
    if setting.hasContent, present.links > 1 { try separate(setting.path) }
    return !setting.hasContent && present.size != entry.size
  }

  private func canBecome(_ setting: MirrorPlan.Setting, _ old: Entry) throws -> Bool {
    guard old.canBecome(setting.entry), setting.linkedTo == nil else { return false }
    return try !setting.hasContent
      || !stage.isUnfit(setting.path, for: plan.flags[setting.path])
  }

  /// Makes a file with several names one of its own: content is written in place.
  private func separate(_ path: FilePath) throws {
    let copy = path.removingLastComponent().appending(".pcs-separate")
    try stage.clone(path, as: copy)
    try stage.rename(copy, to: path)
  }

  /// What comes after the content: further names, attributes, and the times of directories.
  package mutating func finish() throws {
    for setting in plan.settings {
      if let first = setting.linkedTo { try stage.link(first, as: setting.path) }
    }
    for (path, flags) in plan.flags {
      let missing = try stage.add(flags, to: path)
      if missing != 0 { flagless.append((path, missing)) }
    }
    for setting in plan.settings where setting.entry.kind != .directory {
      try apply(setting)
    }
    try restoreTimes()
    for setting in plan.settings.reversed() where setting.entry.kind == .directory {
      try apply(setting)
    }
  }

  private func apply(_ setting: MirrorPlan.Setting) throws {
    guard let handle = try stage.tree.handle(at: setting.path) else {
      throw StageError.missing(stage.tree.root.path.pushing(setting.path))
    }
    if setting.hasContent, try handle.read().allocated > setting.entry.allocated {
      try FileHoles.dig(in: handle)
    }
    try handle.apply(setting.entry.attributes, of: setting.entry.kind)
  }

  /// Directories in which names came or went, but that are themselves as before, get their time
  /// back.
  private func restoreTimes() throws {
    var places = RenamedPaths()
    for rename in plan.renames { places.add(from: rename.from, to: rename.to) }
    let touched =
      plan.renames.flatMap { [$0.from, $0.to] } + plan.deletions
      + plan.kept.flatMap { [$0.path, $0.copy] } + plan.settings.map(\.path)
    let directories = Set(touched.filter { !$0.isEmpty }.map { $0.removingLastComponent() })
    for directory in directories {
      guard let origin = places.origin(of: directory), let old = try before.entry(at: origin),
        old.kind == .directory, let handle = try stage.tree.handle(at: directory)
      else { continue }
      let now = try handle.read()
      // To write even the same time would be a change that the commit has to look at.
      guard now.kind == .directory, now.attributes.modified != old.attributes.modified else {
        continue
      }
      try handle.applyTime(old.attributes.modified)
    }
  }
}

extension Entry {
  /// Whether this can be turned into `other` without being made anew.
  fileprivate func canBecome(_ other: Entry) -> Bool {
    kind == other.kind && linkTarget == other.linkTarget && device == other.device
  }
}
