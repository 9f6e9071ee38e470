import FileTrees
import Glibc
import PCSCore
import SystemPackage

extension PlannedStage {
  /// Takes up what is to be done in one folder.
  mutating func add(_ request: StageRequest, in folder: FilePath) throws {
    let plan = request.plan
    guard plan.kept.isEmpty, plan.flags.isEmpty else { throw NeedsStage() }
    // What is made in the preparation directory takes over the flags that it has.
    try refuseFlags(EntryHandle(before.root))
    try add(plan.renames.map { $0.within(folder) })
    for path in plan.deletions { try delete(folder.pushing(path)) }
    for setting in plan.settings {
      let content = setting.hasContent ? request.contents[setting.path] ?? [] : nil
      try add(setting, at: folder.pushing(setting.path), content)
    }
    for rename in plan.renames {
      let around = folder.pushing(rename.to).removingLastComponent()
      guard try isDirectory(around) else { throw NeedsStage() }
    }
  }

  // MARK: What only moves

  private mutating func add(_ renames: [Rename]) throws {
    let ends = renames.flatMap { [$0.from, $0.to] }
    let places = Set(ends)
    guard places.count == ends.count,
      ends.allSatisfy({ $0.selfAndAround.dropFirst().allSatisfy { !places.contains($0) } })
    else { throw NeedsStage() }
    for rename in renames {
      guard try before.handle(at: rename.to) == nil, let handle = try before.handle(at: rename.from)
      else { throw NeedsStage() }
      let entry = try handle.read()
      guard (entry.kind == .directory) == rename.isDirectory else { throw NeedsStage() }
      try refuse(handle, entry)
      self.places.add(from: rename.from, to: rename.to)
      changes.append(
        Change(.renamed, path: rename.to, from: rename.from, kind: entry.kind.text))
    }
  }

  // MARK: What goes

  private mutating func delete(_ path: FilePath) throws {
    guard let origin = places.origin(of: path), let handle = try before.handle(at: origin) else {
      return
    }
    let entry = try handle.read()
    try refuse(handle, entry)
    if entry.kind == .directory { try refuseUnlessEmptied(path, origin) }
    gone.insert(path)
    changes.append(Change(.deleted, path: origin, kind: entry.kind.text))
  }

  /// A directory in which something stays cannot go.
  private func refuseUnlessEmptied(_ path: FilePath, _ origin: FilePath) throws {
    for name in try before.directory(at: origin)?.entries() ?? [] {
      let isGone = gone.contains(path.pushing(name))
      let old = origin.pushing(name)
      guard isGone || places.place(of: old) != path.pushing(name) else { throw NeedsStage() }
    }
  }

  // MARK: What comes

  private mutating func add(
    _ setting: MirrorPlan.Setting, at path: FilePath, _ content: [UInt8]?
  ) throws {
    var entry = setting.entry
    guard entry.attributes.extended.allSatisfy(\.isSmall),
      try path.isEmpty || isDirectory(path.removingLastComponent()),
      setting.linkedTo == nil, entry.kind == .directory || entry.links == 1, items[path] == nil,
      entry.kind != .file || content.map({ UInt64($0.count) == entry.size }) ?? true
    else { throw NeedsStage() }
    guard let handle = try handleBefore(path) else { return try addNew(entry, at: path, content) }
    let old = try handle.read()
    try refuse(handle, old)
    if old.kind == entry.kind, old.linkTarget == entry.linkTarget, old.device == entry.device {
      entry.inode = old.inode
      try addChanged(entry, old, at: path, content)
    } else {
      // What was renamed was so because it stays what it is.
      guard old.kind != .directory, entry.kind != .directory,
        let origin = places.origin(of: path), origin.lastComponent == path.lastComponent
      else { throw NeedsStage() }
      gone.insert(path)
      changes.append(Change(.deleted, path: origin, kind: old.kind.text))
      try addNew(entry, at: path, content)
    }
  }

  private mutating func addChanged(
    _ entry: Entry, _ old: Entry, at path: FilePath, _ content: [UInt8]?
  ) throws {
    if let content {
      contents[path] = content
    } else if old.size != entry.size {
      throw NeedsStage()
    } else if old.isLike(entry), old.attributes.modified == entry.attributes.modified {
      return
    }
    items[path] = Item(entry: entry, isNew: false)
    changes.append(
      Change(
        content == nil ? .metadata : .modified, path: path, kind: entry.kind.text,
        inode: entry.inode))
  }

  private mutating func addNew(_ entry: Entry, at path: FilePath, _ content: [UInt8]?) throws {
    var entry = entry
    // No other inode has such a number.
    entry.inode = UInt64.max - UInt64(items.count)
    if entry.kind == .file {
      guard content != nil || entry.size == 0 else { throw NeedsStage() }
      contents[path] = content ?? []
    }
    items[path] = Item(entry: entry, isNew: true)
    let folder = path.removingLastComponent()
    if entry.kind == .directory { newFiles[path] = [] }
    if entry.kind != .directory, newFiles[folder] != nil, let name = path.lastComponent {
      newFiles[folder]?.append(FilePath(root: nil, [name]))
    } else {
      if newFiles[folder] == nil { try refuseFlags(around: path) }
      changes.append(
        Change(.created, path: path, kind: entry.kind.text, inode: entry.inode))
    }
  }

  private func isDirectory(_ path: FilePath) throws -> Bool {
    if let item = items[path] { return item.entry.kind == .directory }
    guard !gone.contains(path), let origin = places.origin(of: path) else { return false }
    return try before.directory(at: origin) != nil
  }

  // MARK: What has no place here

  private func refuse(_ handle: EntryHandle, _ entry: Entry) throws {
    guard entry.kind == .directory || entry.links == 1 else { throw NeedsStage() }
    if entry.kind == .directory || entry.kind == .file { try refuseFlags(handle) }
  }

  /// What is new takes over flags of the directory around it.
  private func refuseFlags(around path: FilePath) throws {
    guard let handle = try handleBefore(path.removingLastComponent()) else { throw NeedsStage() }
    try refuseFlags(handle)
  }

  private func refuseFlags(_ handle: EntryHandle) throws {
    let descriptor = try handle.open(O_RDONLY)
    defer { try? descriptor.close() }
    guard InodeFlags.of(descriptor) == 0 else { throw NeedsStage() }
  }
}

extension ExtendedAttribute {
  /// Whether every file system has room for it; else the stage tells before anything is changed.
  fileprivate var isSmall: Bool { name.count + value.count <= 1024 }
}

extension Rename {
  /// The same in the subvolume in which the folder lies.
  fileprivate func within(_ folder: FilePath) -> Rename {
    Rename(from: folder.pushing(from), to: folder.pushing(to), isDirectory: isDirectory)
  }
}
