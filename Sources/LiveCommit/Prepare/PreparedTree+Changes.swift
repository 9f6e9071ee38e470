import FileTrees
import Glibc
import PCSCore
import SystemPackage

extension PreparedTree {
  /// Takes up what is to be done in one folder.
  mutating func add(_ plan: FolderChanges, in folder: FilePath) throws {
    for (path, flags) in plan.flags { self.flags[folder.pushing(path)] = flags }
    firstNames.formUnion(plan.settings.compactMap(\.linkedTo).map(folder.pushing))
    try add(plan.renames.map { $0.within(folder) })
    for copy in plan.kept { try keep(folder.pushing(copy.path), as: folder.pushing(copy.copy)) }
    for path in plan.deletions { try delete(folder.pushing(path)) }
    for setting in plan.settings { try add(setting.within(folder)) }
    for tree in plan.trees { try add(tree, at: folder.pushing(tree.path)) }
    for rename in plan.renames {
      try requireDirectory(folder.pushing(rename.to).removingLastComponent())
    }
  }

  // MARK: What only moves

  private mutating func add(_ renames: [Rename]) throws {
    guard Set(renames.map(\.from)).count == renames.count,
      Set(renames.map(\.to)).count == renames.count
    else { throw WireError() }
    for rename in renames {
      try move(rename.from, to: rename.to, isDirectory: rename.isDirectory)
    }
    // What is renamed over goes, unless it is renamed itself.
    let leaving = Set(renames.map(\.from))
    for rename in renames {
      guard let around = places.origin(of: rename.to.removingLastComponent()),
        let name = rename.to.lastComponent
      else { continue }
      let replaced = around.appending(name)
      guard !leaving.contains(replaced), let old = try before.entry(at: replaced) else { continue }
      guard old.kind != .directory else { throw WireError() }
      changes.append(Change(.deleted, path: replaced, kind: old.kind.text))
    }
  }

  /// Moves what was at `origin` before.
  private mutating func move(_ origin: FilePath, to path: FilePath, isDirectory: Bool) throws {
    let entry = try before.handle(at: origin)?.read()
    guard let entry, (entry.kind == .directory) == isDirectory else {
      throw FileError(origin, "cannot be renamed", .noSuchFileOrDirectory)
    }
    places.add(from: origin, to: path)
    changes.append(Change(.renamed, path: path, from: origin, kind: entry.kind.text))
  }

  // MARK: What is kept

  /// Keeps what was at `path` as `copy`: a directory goes there, of anything else a copy is made.
  private mutating func keep(_ path: FilePath, as copy: FilePath) throws {
    guard let origin = places.origin(of: path), let entry = try before.handle(at: origin)?.read()
    else { return }
    guard entry.kind != .directory else {
      if places.isMoved(to: path) { throw WireError() }
      return try move(origin, to: copy, isDirectory: true)
    }
    addItem(copy, Item(entry: entry, arrival: .new, copyOf: origin))
  }

  // MARK: What goes

  private mutating func delete(_ path: FilePath) throws {
    guard let origin = places.origin(of: path), let entry = try before.handle(at: origin)?.read()
    else { return }
    if entry.kind == .directory {
      let staying = try remaining(path, origin)
      if !staying.isEmpty { return kept.append(KeptDirectory(path: path, remaining: staying)) }
    }
    remove(path, origin, entry)
  }

  private mutating func remove(_ path: FilePath, _ origin: FilePath, _ entry: Entry) {
    gone.insert(path)
    changes.append(Change(.deleted, path: origin, kind: entry.kind.text))
  }

  /// The entries that stay in a directory which the plan deletes.
  private func remaining(_ path: FilePath, _ origin: FilePath) throws -> [KeptDirectory.Entry] {
    guard let directory = try before.directory(at: origin) else { return [] }
    return try DirectoryListing.items(in: directory.descriptor, directory.path).filter { item in
      let place = path.pushing(item.name)
      return !gone.contains(place) && places.place(of: origin.pushing(item.name)) == place
    }.map { KeptDirectory.Entry(path: path.pushing($0.name), isDirectory: $0.isDirectory) }
  }

  // MARK: What comes

  private mutating func add(_ tree: FolderChanges.Tree, at path: FilePath) throws {
    guard items[path] == nil else { throw WireError() }
    try requireDirectory(path.removingLastComponent())
    guard try makeWay(for: tree.entry, at: path) else { throw WireError() }
    addItem(path, Item(entry: tree.entry, arrival: .new))
    trees.insert(path)
  }

  private mutating func add(_ setting: FolderChanges.Setting) throws {
    let path = setting.path
    guard items[path] == nil else { throw WireError() }
    if !path.isEmpty { try requireDirectory(path.removingLastComponent()) }
    if let first = setting.linkedTo { return try add(setting, as: first) }
    guard let handle = try handleBefore(path) else { return try addNew(setting) }
    let old = try handle.read()
    if old.kind == setting.entry.kind, setting.entry.kind == .directory {
      return addChanged(setting, old)
    }
    if setting.hasContent { return try addContent(setting, over: old) }
    guard old.kind == setting.entry.kind, old.linkTarget == setting.entry.linkTarget,
      old.device == setting.entry.device, !isMadeAnew(setting, old)
    else { return try addNew(setting) }
    if try old.size != setting.entry.size || changesCopying(at: path) {
      return wanted.append(path)
    }
    addChanged(setting, old)
  }

  /// Whether a link, FIFO or device was made anew on the source, which only its names tell.
  private func isMadeAnew(_ setting: FolderChanges.Setting, _ old: Entry) -> Bool {
    guard old.kind != .file else { return false }
    return firstNames.contains(setting.path) || old.links > 1 && setting.entry.links == 1
  }

  /// Takes up attributes alone.
  private mutating func addChanged(_ setting: FolderChanges.Setting, _ old: Entry) {
    let isSame =
      old.isLike(setting.entry)
      && old.attributes.modified == setting.entry.attributes.modified
    if isSame, flags[setting.path] == nil { return }
    var entry = setting.entry
    entry.inode = old.inode
    items[setting.path] = Item(entry: entry, arrival: .attributes)
    changes.append(
      Change(.metadata, path: setting.path, kind: entry.kind.text, inode: entry.inode))
  }

  /// Takes up a file that is new, in place of a file with other content or of something else.
  private mutating func addContent(_ setting: FolderChanges.Setting, over old: Entry) throws {
    guard old.kind == .file else { return try addNew(setting) }
    var item = Item(entry: setting.entry, arrival: .replacement, hasContent: true)
    item.entry.inode = newNumber
    items[setting.path] = item
    changes.append(
      Change(
        .modified, path: setting.path, kind: item.entry.kind.text, inode: item.entry.inode))
  }

  private mutating func addNew(_ setting: FolderChanges.Setting) throws {
    guard try makeWay(for: setting.entry, at: setting.path) else { return }
    guard setting.entry.kind != .file || setting.hasContent || setting.entry.size == 0 else {
      return wanted.append(setting.path)
    }
    let arrival: Item.Arrival = places.isMoved(to: setting.path) ? .replacement : .new
    addItem(
      setting.path,
      Item(entry: setting.entry, arrival: arrival, hasContent: setting.hasContent))
  }

  /// Takes up one more name of a file.
  private mutating func add(_ setting: FolderChanges.Setting, as first: FilePath) throws {
    let path = setting.path
    if isOccupied(first) { return occupied.append(KeptDirectory(path: path, remaining: [])) }
    var entry = setting.entry
    if let leader = items[first] {
      entry.inode = leader.entry.inode
    } else if let old = try entryBefore(first), old.kind == entry.kind {
      entry.inode = old.inode
      // It may be one name of it already.
      if try entryBefore(path)?.inode == old.inode { return addChanged(setting, old) }
    } else {
      return wanted.append(path)
    }
    guard try makeWay(for: entry, at: path) else { return }
    entry.links = max(entry.links, 2)
    items[path] = Item(entry: entry, arrival: .new, linkedTo: first)
    changes.append(Change(.linked, path: path, kind: entry.kind.text))
  }

  /// Removes what has to give way to something new; returns whether it does.
  private mutating func makeWay(for entry: Entry, at path: FilePath) throws -> Bool {
    guard let origin = places.origin(of: path), let old = try entryBefore(path) else { return true }
    if old.kind == .directory {
      let staying = try remaining(path, origin)
      if !staying.isEmpty {
        kept.removeAll { $0.path == path }
        occupied.append(KeptDirectory(path: path, remaining: staying))
        return false
      }
    }
    guard places.isMoved(to: path) else {
      remove(path, origin, old)
      return true
    }
    // It moves there first, and is exchanged then.
    guard old.kind != .directory, entry.kind != .directory else { throw WireError() }
    gone.insert(path)
    return true
  }

  /// Takes up something new, under a number that no other entry has.
  private mutating func addItem(_ path: FilePath, _ new: Item) {
    var item = new
    item.entry.inode = newNumber
    items[path] = item
    let folder = path.removingLastComponent()
    if item.entry.kind == .directory { newFiles[path] = [] }
    if item.entry.kind != .directory, item.arrival == .new, newFiles[folder] != nil,
      !hasOtherNames(path), let name = path.lastComponent
    {
      newFiles[folder]?.append(FilePath(root: nil, [name]))
    } else {
      changes.append(
        Change(.created, path: path, kind: item.entry.kind.text, inode: item.entry.inode))
    }
  }

  private var newNumber: UInt64 { UInt64.max - UInt64(items.count) }

  /// Returns true for a file that is to have the flag against copy-on-write, which only a new one
  /// can get.
  private func changesCopying(at path: FilePath) throws -> Bool {
    guard let wanted = flags[path], wanted & InodeFlags.noCopyOnWrite != 0,
      let descriptor = try handleBefore(path)?.open(O_RDONLY)
    else { return false }
    defer { try? descriptor.close() }
    return InodeFlags.of(descriptor).map { $0 & InodeFlags.noCopyOnWrite == 0 } ?? false
  }

  private func requireDirectory(_ path: FilePath) throws {
    let isDirectory =
      if let item = items[path] { item.entry.kind == .directory } else {
        try entryBefore(path)?.kind == .directory
      }
    guard isDirectory else { throw FileError(path, "is to be a directory", .notDirectory) }
  }
}

extension Rename {
  /// The same in the subvolume in which the folder lies.
  fileprivate func within(_ folder: FilePath) -> Rename {
    Rename(from: folder.pushing(from), to: folder.pushing(to), isDirectory: isDirectory)
  }
}

extension FolderChanges.Setting {
  /// The same in the subvolume in which the folder lies.
  fileprivate func within(_ folder: FilePath) -> FolderChanges.Setting {
    var setting = self
    setting.path = folder.pushing(path)
    setting.linkedTo = linkedTo.map(folder.pushing)
    return setting
  }
}
