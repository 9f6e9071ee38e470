import Btrfs
package import FileTrees
import Glibc
package import PCSCore
package import SystemPackage

/// Makes the new entries of a commit in the preparation directory of one subvolume, as the source
/// sends them.
///
/// It writes nowhere else.
package final class Preparation {
  /// The machine that sends, and its snapshots that are read, one for each folder.
  package struct Source {
    let party: SessionRecord.Party
    let snapshots: [SnapshotIdentity?]

    package init(_ party: SessionRecord.Party, _ snapshots: [SnapshotIdentity?] = []) {
      self.party = party
      self.snapshots = snapshots
    }
  }

  package internal(set) var folders: [PlannedFolder]
  let source: Source
  let session: String
  let alteration: (any ReceivedFileAlteration)?
  let directory: PreparationDirectory
  let desired: PreparedTree
  var entries: PreparedEntries
  /// Flags of the source's that entries cannot have here, by their paths on this machine.
  package internal(set) var flagless: [(path: FilePath, flags: UInt32)] = []
  /// The file whose content is coming.
  var file: IncomingFile?
  /// The directory of a tree whose entries are coming.
  var current: IncomingDirectory?
  /// The tree that is coming, with the outermost new directory around it.
  var tree: (path: FilePath, outermost: FilePath)?
  /// Directories of it that were made, and of which the entries have not come yet.
  var awaited: Set<FilePath> = []
  var links: LinkedFiles
  /// Files of the plans that are here as they are in the source's base.
  let bases: Set<FilePath>
  /// Whether the content that is coming is of a file that cannot be put in place.
  var isSkipping = false
  /// The directories of interrupted syncs, by session.
  package internal(set) var interrupted: [String: InterruptedPreparation] = [:]
  package internal(set) var hasReceipt = false
  /// Files of the plan whose content has not come yet.
  private var missing: Set<FilePath> = []
  /// New directories that the plan names, with the files that were made in each.
  private var planned: [FilePath: FilledFiles] = [:]

  /// Makes the directory, and the entries in it that need no content.
  ///
  /// Throws `ContentWanted`, before anything is made, when the plans do not send all that it takes.
  package init(
    _ folders: [PlannedFolder], from source: Source, live: Directory, before: Directory,
    session: String, altering alteration: (any ReceivedFileAlteration)? = nil
  ) throws {
    self.folders = folders
    self.source = source
    self.session = session
    self.alteration = alteration
    desired = try PreparedTree(folders, before: before)
    let found = try FoundBases(folders, desired)
    bases = found.held
    let wanted = desired.wanted + found.missing
    if !wanted.isEmpty { throw ContentWanted(wanted, in: folders) }
    directory = try PreparationDirectory(live, session: session, inode: nil)
    let hasDirectories = !desired.trees.isEmpty || !desired.newFiles.isEmpty
    entries = PreparedEntries(
      list: hasDirectories ? try BlockFile(temporaryIn: directory.directory) : nil)
    links = LinkedFiles(directory)
    missing = Set(desired.items.filter(\.value.hasContent).map(\.key))
    do { try makePlanned() } catch {
      try discard()
      throw error
    }
  }

  /// Directories that were to be deleted and stay.
  package var kept: [KeptDirectory] { desired.kept }
  /// Directories that stay where the source has something else, and further names of that.
  package var occupied: [KeptDirectory] { desired.occupied }

  /// The number by which the directory is found again.
  package var inode: UInt64 { directory.inode }

  /// The goal for the commit; complete once `finish` has returned.
  package var goal: PreparedGoal { PreparedGoal(folders, entries) }

  /// Removes everything that was made.
  package func discard() throws {
    try directory.discardPrepared()
    _ = try directory.remove()
  }

  /// Gives new directories their attributes, and syncs everything to disk.
  ///
  /// Throws `WireError` when something has not come.
  package func finish() throws {
    guard file == nil, !isSkipping, current == nil, missing.isEmpty, awaited.isEmpty,
      desired.trees.allSatisfy({ entries.inode(for: $0) != nil })
    else { throw WireError() }
    try alterPlanned()
    try links.finish(&entries, &planned)
    for (path, item) in desired.items {
      guard let first = item.linkedTo, let inode = entries.inode(for: first) else { continue }
      entries.add(file: path, inode)
    }
    for path in planned.keys.sorted(by: { $0.length > $1.length }) { try end(path) }
    try directory.directory.syncFileSystem()
  }

  // MARK: Entries without content

  private func makePlanned() throws {
    for (path, item) in desired.items.sorted(by: { FilePath.isBefore($0.key, $1.key) }) {
      try naming(path) {
        if let origin = item.copyOf {
          try copy(origin, to: path, item)
        } else if !item.isMade {
          try rehearse(item.entry, at: path)
        } else if desired.preparedDirectory(around: path) != nil {
          try makePlanned(path, item)
        }
      }
    }
  }

  /// Copies what was at `origin`, sharing its data.
  private func copy(_ origin: FilePath, to path: FilePath, _ item: PreparedTree.Item) throws {
    let place = try place(of: path)
    guard let source = try desired.before.handle(at: origin) else { throw WireError() }
    try note(EntryCopy.make(source, item.entry, as: place.name, in: place.directory), at: path)
  }

  /// Finds out whether the file system has room for the attributes that something live is to get.
  private func rehearse(_ entry: Entry, at path: FilePath) throws {
    var trial = entry
    trial.kind = .file
    trial.attributes.extended.removeAll(where: \.fits)
    if trial.attributes.extended.isEmpty { return }
    let place = try place(of: path)
    _ = try EntryCopy.make(trial, as: place.name, in: place.directory)
    try directory.remove(place.name)
  }

  private func makePlanned(_ path: FilePath, _ item: PreparedTree.Item) throws {
    switch item.entry.kind {
    case .directory:
      if desired.trees.contains(path) { return }
      let place = try place(of: path)
      try makeDirectory(place.name, in: place.directory)
      planned[path] = FilledFiles()
    case .file where item.hasContent: break
    default:
      let place = try place(of: path)
      let made = try EntryCopy.make(item.entry, as: place.name, in: place.directory)
      try note(made, at: path)
    }
  }

  /// The absolute path of an entry once it is in place, for messages.
  func shown(_ path: FilePath) -> FilePath {
    folders.lazy.compactMap { $0.shown(path) }.first ?? path
  }

  /// Runs `body`; a file error in it names `path`, not the place in the preparation directory.
  func naming(_ path: FilePath, _ body: () throws -> Void) throws {
    do { try body() } catch let error as FileError {
      throw FileError(shown(path), error.what, error.errno)
    }
  }

  func place(of path: FilePath) throws -> PreparedPlace {
    try place(of: path, in: desired.preparedDirectory(around: path))
  }

  func place(of path: FilePath, in outermost: FilePath?) throws -> PreparedPlace {
    guard let place = try directory.prepared(path, in: outermost) else {
      throw FileError(directory.directory.path.pushing(path), "lost", .noSuchFileOrDirectory)
    }
    return place
  }

  func makeDirectory(_ name: FilePath, in parent: Directory) throws(FileError) {
    let result = name.withPlatformString { mkdirat(parent.descriptor.rawValue, $0, 0o700) }
    guard result == 0 else {
      throw FileError(parent.path.pushing(name), "cannot make", Errno(rawValue: errno))
    }
  }

  /// Gives a directory that the plan names its attributes, once everything in it is made.
  private func end(_ path: FilePath) throws {
    guard let item = desired.items[path], let files = planned[path] else { return }
    try naming(path) {
      let place = try place(of: path)
      let opened = try place.directory.beneath(place.name, as: shown(path))
      guard let made = try opened.map(EntryHandle.init(_:)) else { throw WireError() }
      try add(desired.flags[path] ?? 0, to: made)
      try made.apply(item.entry.attributes, of: .directory)
      try note(made, path, files, in: desired.preparedDirectory(around: path) ?? path)
    }
  }

  /// Records a directory that is complete.
  func note(
    _ made: EntryHandle, _ path: FilePath, _ files: FilledFiles, in outermost: FilePath
  ) throws {
    let (inode, changed) = try made.changed()
    let ended = PreparedEntries.Directory(
      path: path, inode: inode, changed: changed, files: files)
    if let tree, tree.path != path, path.starts(with: tree.path) {
      try entries.add(ended, within: tree.path)
    } else {
      try entries.add(ended, to: outermost)
    }
  }

  /// Takes another time of change of a file that was recorded.
  func noteAgain(_ file: (inode: UInt64, changed: FileTime), at path: FilePath) {
    planned[path.removingLastComponent()]?.note([file.inode: file.changed])
  }

  func add(_ flags: UInt32, to made: EntryHandle) throws {
    if flags == 0 { return }
    let descriptor = try made.open(O_RDONLY)
    defer { try? descriptor.close() }
    let lacking = InodeFlags.add(flags, to: descriptor)
    if lacking != 0 { flagless.append((made.path, lacking)) }
  }

  /// Records an entry of a plan that is complete.
  func note(_ made: EntryHandle, at path: FilePath) throws {
    missing.remove(path)
    let (inode, changed) = try made.changed()
    guard let name = path.lastComponent, desired.preparedDirectory(around: path) != nil else {
      return entries.add(file: path, inode)
    }
    let bytes = FilePath(root: nil, [name]).bytes
    planned[path.removingLastComponent()]?.add(bytes, inode: inode, changed: changed)
  }
}

extension ExtendedAttribute {
  /// Whether every file system has room for it; of access lists only directories have two.
  fileprivate var fits: Bool {
    name.count + value.count <= 1024 || name.starts(with: Array("system.".utf8))
  }
}
