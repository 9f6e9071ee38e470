import FileTrees
import Glibc
import PCSCore
import SystemPackage

extension PreparedTree {
  /// Takes up what is to be done in one folder.
  mutating func add(_ request: StageRequest, in folder: FilePath) throws {
    let plan = request.plan
    guard plan.kept.isEmpty else { throw NeedsStage() }
    for (path, flags) in plan.flags { self.flags[folder.pushing(path)] = flags }
    try add(plan.renames.map { $0.within(folder) })
    for path in plan.deletions { try delete(folder.pushing(path)) }
    for setting in plan.settings { try add(setting, at: folder.pushing(setting.path)) }
    for tree in plan.trees { try add(tree, at: folder.pushing(tree.path)) }
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
    if entry.kind == .directory {
      let staying = try remaining(path, origin)
      if !staying.isEmpty { return kept.append(Kept(path: path, remaining: staying)) }
    }
    gone.insert(path)
    changes.append(Change(.deleted, path: origin, kind: entry.kind.text))
  }

  /// The entries that stay in a directory which the plan deletes.
  private func remaining(_ path: FilePath, _ origin: FilePath) throws -> [Kept.Entry] {
    guard let directory = try before.directory(at: origin) else { return [] }
    return try DirectoryListing.items(in: directory.descriptor, directory.path).filter { item in
      let place = path.pushing(item.name)
      return !gone.contains(place) && places.place(of: origin.pushing(item.name)) == place
    }.map { Kept.Entry(path: path.pushing($0.name), isDirectory: $0.isDirectory) }
  }

  // MARK: What comes

  private mutating func add(_ tree: MirrorPlan.Tree, at path: FilePath) throws {
    guard items[path] == nil, try isDirectory(path.removingLastComponent()),
      !kept.contains(where: { $0.path == path }), try handleBefore(path) == nil
    else { throw NeedsStage() }
    try addNew(tree.entry, at: path, hasContent: false)
    trees.insert(path)
  }

  private mutating func add(_ setting: MirrorPlan.Setting, at path: FilePath) throws {
    var entry = setting.entry
    guard setting.hasContent || entry.attributes.extended.allSatisfy(\.isSmall),
      try path.isEmpty || isDirectory(path.removingLastComponent()),
      setting.linkedTo == nil, entry.kind == .directory || entry.links == 1, items[path] == nil
    else { throw NeedsStage() }
    guard let handle = try handleBefore(path) else {
      return try addNew(entry, at: path, hasContent: setting.hasContent)
    }
    let old = try handle.read()
    try refuse(handle, old)
    if old.kind == entry.kind, old.linkTarget == entry.linkTarget, old.device == entry.device {
      entry.inode = old.inode
      try addChanged(entry, old, at: path, hasContent: setting.hasContent)
    } else {
      // What was renamed was so because it stays what it is.
      guard old.kind != .directory, entry.kind != .directory,
        let origin = places.origin(of: path), origin.lastComponent == path.lastComponent
      else { throw NeedsStage() }
      gone.insert(path)
      changes.append(Change(.deleted, path: origin, kind: old.kind.text))
      try addNew(entry, at: path, hasContent: setting.hasContent)
    }
  }

  private mutating func addChanged(
    _ entry: Entry, _ old: Entry, at path: FilePath, hasContent: Bool
  ) throws {
    if !hasContent {
      guard old.size == entry.size, try !changesCopying(at: path) else { throw NeedsStage() }
      let isSame = old.isLike(entry) && old.attributes.modified == entry.attributes.modified
      if isSame, flags[path] == nil { return }
    }
    items[path] = Item(entry: entry, isNew: false, hasContent: hasContent)
    changes.append(
      Change(
        hasContent ? .modified : .metadata, path: path, kind: entry.kind.text,
        inode: entry.inode))
  }

  /// Whether a file is to have the flag against copy-on-write, which only a new one can get.
  private func changesCopying(at path: FilePath) throws -> Bool {
    guard let wanted = flags[path], wanted & InodeFlags.noCopyOnWrite != 0,
      let descriptor = try handleBefore(path)?.open(O_RDONLY)
    else { return false }
    defer { try? descriptor.close() }
    return InodeFlags.of(descriptor).map { $0 & InodeFlags.noCopyOnWrite == 0 } ?? false
  }

  private mutating func addNew(_ entry: Entry, at path: FilePath, hasContent: Bool) throws {
    var entry = entry
    // No other inode has such a number.
    entry.inode = UInt64.max - UInt64(items.count)
    guard entry.kind != .file || hasContent || entry.size == 0 else { throw NeedsStage() }
    items[path] = Item(entry: entry, isNew: true, hasContent: hasContent)
    let folder = path.removingLastComponent()
    if entry.kind == .directory { newFiles[path] = [] }
    if entry.kind != .directory, newFiles[folder] != nil, let name = path.lastComponent {
      newFiles[folder]?.append(FilePath(root: nil, [name]))
    } else {
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
