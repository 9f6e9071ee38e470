import Btrfs
import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// A desired tree that is the pre-sync snapshot with the plans carried out.
///
/// New entries lie in the preparation directory.
struct PreparedTree: DesiredTree {
  /// What is to be at a path and is not what was there.
  struct Item {
    /// How it comes to its path.
    enum Arrival {
      /// What was there gets other attributes.
      case attributes
      /// It takes the place of something that was there, or that moved there.
      case replacement
      /// Nothing was there.
      case new
    }

    var entry: Entry
    var arrival: Arrival
    /// Whether its content is prepared.
    var hasContent = false
    /// The path in the pre-sync snapshot of what it is a copy of.
    var copyOf: FilePath?
    /// The name of which this is one more.
    var linkedTo: FilePath?
  }

  let before: EntryTree
  var kept: [KeptDirectory] = []
  /// Directories that stay where the source has something else, and further names of that.
  var occupied: [KeptDirectory] = []
  var items: [FilePath: Item] = [:]
  var prepared: PreparedEntries
  /// What is deleted, by the places that it had once everything was renamed.
  var gone: Set<FilePath> = []
  var places = RenamedPaths()
  var changes: [Change] = []
  /// The flags that entries have on the source.
  var flags: [FilePath: UInt32] = [:]
  /// New directories, and the new files in each that the plan names and that have no other name.
  var newFiles: [FilePath: [FilePath]] = [:]
  /// New directories of which the source sends everything, whatever is in them.
  var trees: Set<FilePath> = []
  /// Files of which the content is needed though the plan does not send it.
  var wanted: [FilePath] = []
  /// Names of which others are further ones.
  var firstNames: Set<FilePath> = []

  init(
    _ folders: [PlannedFolder], before: Directory, prepared: PreparedEntries = PreparedEntries()
  ) throws {
    self.before = EntryTree(before)
    self.prepared = prepared
    for folder in folders {
      do { try add(folder.changes, in: folder.place) } catch let error as FileError {
        throw FileError(folder.shown(error.path) ?? error.path, error.what, error.errno)
      }
    }
  }

  func changes(
    since before: Directory
  ) throws -> (changes: [Change], newWithin: [FilePath: Set<[UInt8]>]) {
    (changes, newFiles.mapValues { _ in [] })
  }

  /// The plan names each name of a file that is new, and the commit knows those of before.
  func paths(of inode: UInt64, at path: FilePath) throws -> [FilePath] { [path] }

  func entry(at path: FilePath) throws -> Entry? {
    if let item = items[path] { return item.entry }
    return try entryBefore(path)
  }

  func names(in directory: FilePath) throws -> [FilePath] { newFiles[directory] ?? [] }

  func firstName(of path: FilePath) -> FilePath { items[path]?.linkedTo ?? path }

  func preparedDirectory(around path: FilePath) -> FilePath? {
    if let item = items[path], item.arrival != .new || hasOtherNames(path) { return nil }
    let tree = trees.isEmpty ? nil : path.selfAndAround.first(where: trees.contains)
    var outermost = tree ?? (newFiles[path] == nil ? nil : path)
    var around = (tree ?? path).removingLastComponent()
    // In what only moved into a new directory nothing is prepared.
    while newFiles[around] != nil {
      outermost = around
      around.removeLastComponent()
    }
    return outermost
  }

  func isOccupied(_ path: FilePath) -> Bool { occupied.contains { $0.path == path } }

  /// Whether a file that the plan names has several names, which come one by one.
  func hasOtherNames(_ path: FilePath) -> Bool {
    items[path]?.linkedTo != nil || firstNames.contains(path)
  }

  func digest(of path: FilePath) throws -> ContentDigest? {
    try handleBefore(firstName(of: path)).map { try ContentDigest(of: $0) }
  }

  func make(
    _ path: FilePath, _ entry: Entry, as name: FilePath, in directory: Directory
  ) throws -> EntryHandle? {
    guard let item = items[path], item.arrival != .attributes else {
      guard let source = try handleBefore(path) else { return nil }
      return try EntryCopy.make(source, entry, as: name, in: directory)
    }
    // A name of a file that is there comes with that file, or not at all.
    if let first = item.linkedTo, items[first]?.isMade != true { return nil }
    return try EntryCopy.make(entry, as: name, in: directory)
  }

  /// Directories get theirs when they are prepared.
  func carryFlags(of directory: FilePath, to made: EntryHandle) throws {}

  func addFlags(of path: FilePath, to live: EntryHandle) throws {
    guard let flags = flags[path], flags != 0 else { return }
    let descriptor = try live.open(O_RDONLY)
    defer { try? descriptor.close() }
    InodeFlags.add(flags, to: descriptor)
  }

  /// What was there before and is to stay, wherever it is by then.
  func handleBefore(_ path: FilePath) throws -> EntryHandle? {
    guard !gone.contains(path), let origin = places.origin(of: path) else { return nil }
    return try before.handle(at: origin)
  }

  func entryBefore(_ path: FilePath) throws -> Entry? { try handleBefore(path)?.read() }
}

extension PreparedTree.Item {
  /// Whether it is another inode than before.
  var isMade: Bool { arrival != .attributes }
}
