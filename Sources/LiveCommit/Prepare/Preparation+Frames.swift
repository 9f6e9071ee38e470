import Btrfs
import FileTrees
import PCSCore
import SystemPackage

extension Preparation {
  /// Carries out one frame; `folder` in it is a place in `folders`.
  package func receive(_ frame: Frame) throws {
    switch frame {
    case .setting(let folder, let index, let short): try begin(folder, index, short)
    case .reusedSetting(let folder, let index, let reused): try begin(folder, index, reused)
    case .reusedEntry(let name, let entry, let flags, let reused):
      try make(name, entry, flags, reused)
    case .changed(let folder, let index):
      try begin(folder, index, nil)
      try takeBase()
    case .directory(let folder, let path, let entry, let flags):
      try enter(folder, path, entry, flags)
    case .inner(let name):
      let directory = try opened()
      try makeDirectory(name, in: directory.directory)
      awaited.insert(directory.path.pushing(name))
    case .entry(let name, let entry, let flags, let short): try make(name, entry, flags, short)
    case .link(let name, let inode): try link(name, inode)
    case .directoryEnd: try leave()
    case .data where isSkipping: break
    case .hole where isSkipping: break
    case .fileEnd where isSkipping: isSkipping = false
    case .data(let offset, let bytes):
      guard let file else { throw WireError() }
      try file.write(bytes, at: offset)
    case .hole(let range):
      guard let file else { throw WireError() }
      try file.punch(range)
    case .fileEnd(let digest):
      guard let file else { throw WireError() }
      try file.finish(digest)
      self.file = nil
      try note(file)
    }
  }

  // MARK: Files that the plan names

  private func begin(_ folder: Int, _ index: Int, _ short: [UInt8]?) throws {
    let path = try settingPath(folder, index)
    if desired.isOccupied(path) {
      isSkipping = short == nil
      return
    }
    guard let item = desired.items[path], item.hasContent else { throw WireError() }
    let place = try place(of: path)
    let made = try EntryHandle(
      making: place.name, in: place.directory, permissions: item.entry.attributes.permissions,
      as: shown(path))
    try fill(made, path, item.entry, desired.flags[path] ?? 0, short)
  }

  /// The path in the subvolume of a setting whose content begins.
  func settingPath(_ folder: Int, _ index: Int) throws(WireError) -> FilePath {
    guard file == nil, !isSkipping, current == nil, folders.indices.contains(folder),
      folders[folder].changes.settings.indices.contains(index)
    else { throw WireError() }
    return folders[folder].place.pushing(folders[folder].changes.settings[index].path)
  }

  /// Gives the file that has just begun the content that it had before.
  private func takeBase() throws {
    guard let file, bases.contains(file.path), let base = try desired.handleBefore(file.path) else {
      throw WireError()
    }
    try file.begin(with: base)
  }

  private func fill(
    _ made: EntryHandle, _ path: FilePath, _ entry: Entry, _ flags: UInt32, _ short: [UInt8]?
  ) throws {
    try add(flags, to: made)
    let file = IncomingFile(made, path, entry)
    guard let short else {
      self.file = file
      return
    }
    guard UInt64(short.count) == entry.size else { throw WireError() }
    try file.finish(short)
    try note(file)
  }

  func note(_ file: IncomingFile) throws {
    guard current != nil else { return try note(file.handle, at: file.path) }
    try noteInTree(file.handle, file.path, file.entry)
  }

  // MARK: Trees

  /// The directory of a tree whose entries are coming.
  private func opened() throws(WireError) -> IncomingDirectory {
    guard let current, file == nil else { throw WireError() }
    return current
  }

  private func enter(
    _ folder: Int, _ inside: FilePath, _ entry: Entry, _ flags: UInt32
  ) throws {
    guard current == nil, file == nil, !isSkipping, entry.kind == .directory,
      folders.indices.contains(folder)
    else { throw WireError() }
    let path = folders[folder].place.pushing(inside)
    let isTree = desired.trees.contains(path)
    if isTree, !awaited.isEmpty { throw WireError() }
    if isTree, let outermost = desired.preparedDirectory(around: path) { tree = (path, outermost) }
    guard let tree, path.starts(with: tree.path), isTree || awaited.remove(path) != nil else {
      throw WireError()
    }
    let place = try place(of: path, in: tree.outermost)
    if isTree { try naming(path) { try makeDirectory(place.name, in: place.directory) } }
    let opened = try place.directory.beneath(place.name, as: shown(path))
    guard let directory = opened else { throw WireError() }
    current = IncomingDirectory(
      folder: folder, path: path, outermost: tree.outermost, directory: directory, entry: entry,
      flags: flags)
  }

  private func make(
    _ name: FilePath, _ entry: Entry, _ flags: UInt32, _ short: [UInt8]?
  ) throws {
    let current = try opened()
    switch entry.kind {
    case .directory: throw WireError()
    case .file:
      let made = try EntryHandle(
        making: name, in: current.directory, permissions: entry.attributes.permissions)
      try fill(made, name, entry, flags, short)
    default:
      let made = try EntryCopy.make(entry, as: name, in: current.directory)
      try noteInTree(made, name, entry)
    }
  }

  private func noteInTree(_ made: EntryHandle, _ name: FilePath, _ entry: Entry) throws {
    guard let current else { throw WireError() }
    if entry.links > 1 { try links.add(made, number: entry.inode, of: current.folder) }
    try note(made, as: name)
  }

  private func link(_ name: FilePath, _ inode: UInt64) throws {
    let current = try opened()
    let made = try links.link(inode, of: current.folder, as: name, in: current.directory)
    try note(made, as: name)
  }

  private func note(_ made: EntryHandle, as name: FilePath) throws {
    let (inode, changed) = try made.changed()
    current?.files.add(name.bytes, inode: inode, changed: changed)
  }

  private func leave() throws {
    var ended = try opened()
    current = nil
    try alterFiles(of: &ended)
    let handle = try EntryHandle(ended.directory)
    try add(ended.flags, to: handle)
    try handle.apply(ended.entry.attributes, of: .directory)
    try note(handle, ended.path, ended.files, in: ended.outermost)
  }
}
