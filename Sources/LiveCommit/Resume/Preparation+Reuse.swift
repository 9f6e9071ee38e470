import Btrfs
import FileTrees
import Glibc
import PCSCore
import SystemPackage

extension Preparation {
  /// Writes the receipt, by which what is received outlives this process.
  package func writeReceipt() throws {
    if hasReceipt { return }
    let places = folders.enumerated().map { index, folder in
      Receipt.Folder(
        folder.place,
        snapshot: source.snapshots.indices.contains(index) ? source.snapshots[index] : nil)
    }
    let new = Set(desired.trees).union(desired.newFiles.keys)
    let receipt = Receipt(
      source: source.party, session: session, folders: places,
      subvolume: try subvolumeID, mount: try MountIdentity.of(directory.root),
      directories: Set(new.compactMap(desired.preparedDirectory)).sorted(by: FilePath.isBefore))
    try receipt.write(to: directory.directory)
    hasReceipt = true
  }

  /// Whether the file system has stayed mounted since the files of a receipt were written.
  package func isSameMount(as receipt: Receipt) throws -> Bool {
    try receipt.mount == MountIdentity.of(directory.root)
  }

  private var subvolumeID: String {
    get throws { try Subvolume(at: directory.root).uuid.description }
  }

  /// Moves what interrupted syncs of the same source received into the directory; returns the
  /// sessions, the newest first.
  ///
  /// `sessions` are those of commits that wait.
  package func adoptInterrupted(besidesThoseOf sessions: Set<String>) throws -> [Receipt] {
    let id = try subvolumeID
    for other in try PreparationDirectory.sessions(in: directory.root)
    where other != session && !sessions.contains(other) {
      guard let found = try PreparationDirectory(directory.root, ifPresent: other),
        case .possible(let one) = try PreparationDirectory.use(of: found.directory, subvolume: id),
        one.receipt.source.machineID == source.party.machineID
      else { continue }
      // Before that, so that it is found again whatever happens.
      try writeReceipt()
      try directory.adopt(found)
    }
    let all = try directory.interrupted(subvolume: id)
    for one in all where interrupted[one.receipt.session] == nil {
      interrupted[one.receipt.session] = one
    }
    return all.map(\.receipt)
  }

  /// Begins, or makes, a file that a plan names, of what was received.
  func begin(_ folder: Int, _ index: Int, _ reused: ReusedFile) throws {
    let path = try settingPath(folder, index)
    if desired.isOccupied(path) {
      isSkipping = !reused.isWhole
      return
    }
    guard let item = desired.items[path], item.hasContent, item.entry.links == 1 else {
      throw WireError()
    }
    let made = try take(reused, at: path, item.entry, desired.flags[path] ?? 0, to: place(of: path))
    try begin(IncomingFile(made, path, item.entry), reused)
  }

  /// Begins, or makes, a file of the directory whose entries are coming, of what was received.
  func make(_ name: FilePath, _ entry: Entry, _ flags: UInt32, _ reused: ReusedFile) throws {
    guard let current, file == nil, entry.kind == .file, entry.links == 1 else {
      throw WireError()
    }
    let made = try take(
      reused, at: current.path.pushing(name), entry, flags,
      to: PreparedPlace(directory: current.directory, name: name))
    try begin(IncomingFile(made, name, entry), reused)
  }

  private func begin(_ incoming: IncomingFile, _ reused: ReusedFile) throws {
    guard reused.isWhole else {
      try incoming.beginAsItIs()
      file = incoming
      return
    }
    try incoming.finishAsItIs()
    try note(incoming)
  }

  /// Moves a file that was received to its place; returns it open.
  private func take(
    _ reused: ReusedFile, at path: FilePath, _ entry: Entry, _ flags: UInt32,
    to place: PreparedPlace
  ) throws -> EntryHandle {
    guard let from = try interrupted[reused.session]?.place(of: reused.path ?? path) else {
      throw WireError()
    }
    let found = try EntryHandle(
      opening: from.name, in: from.directory, forWriting: !reused.isWhole, as: shown(path))
    let present = try found.read()
    guard present.kind == .file, present.links == 1 else { throw WireError() }
    if reused.isWhole {
      guard present.size == entry.size, present.attributes.modified == entry.attributes.modified
      else { throw PreparationError.notAsReceived(shown(path)) }
    } else {
      // Interrupted again before the first byte, it must not pass for whole.
      try found.applyTime(.now)
    }
    let presentFlags = found.withContent { InodeFlags.toTell($0) }
    if InodeFlags.needNewFile(flags, present: presentFlags) {
      return try copy(found, from, to: place, entry, flags)
    }
    try add(flags, to: found)
    if let error = from.directory.rename(from.name, to: place.name, in: place.directory) {
      throw FileError(shown(path), "cannot be put in place", error)
    }
    return found
  }

  /// Makes the file again: some flags only an empty one takes.
  private func copy(
    _ found: EntryHandle, _ from: PreparedPlace, to place: PreparedPlace, _ entry: Entry,
    _ flags: UInt32
  ) throws -> EntryHandle {
    let made = try EntryHandle(
      making: place.name, in: place.directory, permissions: entry.attributes.permissions,
      as: found.path)
    try add(flags, to: made)
    try found.withContent { source in
      try made.withContent { try EntryCopy.clone(source, $0, made.path) }
    }
    _ = from.name.withPlatformString { unlinkat(from.directory.descriptor.rawValue, $0, 0) }
    return made
  }
}
