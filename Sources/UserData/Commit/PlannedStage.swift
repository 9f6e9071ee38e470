import FileTrees
import PCSCore
import SystemPackage

/// A stage that is nowhere but in a plan: the pre-sync snapshot with what is to be done to it.
///
/// Only what is simple can be planned so; for everything else there is `MadeStage`.
struct PlannedStage: Stage {
  /// What is to be at a path and is not what was there.
  struct Item {
    var entry: Entry
    /// Whether it is another file than before.
    var isNew: Bool
  }

  let before: EntryTree
  var items: [FilePath: Item] = [:]
  var contents: [FilePath: [UInt8]] = [:]
  /// What is deleted, by the places that it had once everything was renamed.
  var gone: Set<FilePath> = []
  var places = RenamedPaths()
  var changes: [Change] = []
  /// New directories, and the new files in each.
  var newFiles: [FilePath: [FilePath]] = [:]

  /// Throws `NeedsStage` where that cannot be.
  init(_ folders: [PlannedFolder], before: Directory) throws {
    self.before = EntryTree(before)
    for folder in folders { try add(folder.read(), in: folder.place) }
  }

  func changes(
    since before: Directory
  ) throws -> (changes: [Change], newWithin: [FilePath: Set<[UInt8]>]) {
    (changes, newFiles.mapValues { _ in [] })
  }

  /// No file with several names has a place here.
  func paths(of inode: UInt64, at path: FilePath) throws -> [FilePath] { [path] }

  func entry(at path: FilePath) throws -> Entry? {
    if let item = items[path] { return item.entry }
    return try entryBefore(path)
  }

  func names(in directory: FilePath) throws -> [FilePath] { newFiles[directory] ?? [] }

  func digest(of path: FilePath) throws -> ContentDigest? {
    if let content = contents[path] { return ContentDigest(of: content) }
    return try handleBefore(path).map { try ContentDigest(of: $0) }
  }

  func make(
    _ path: FilePath, _ entry: Entry, as name: FilePath, in directory: Directory
  ) throws -> EntryHandle {
    if items[path]?.isNew != true, let source = try handleBefore(path) {
      return try StageCopy.make(source, entry, as: name, in: directory)
    }
    return try StageCopy.make(entry, as: name, in: directory)
  }

  /// Nothing that has flags has a place here.
  func carryFlags(of directory: FilePath, to made: EntryHandle) throws {}
  func addFlags(of path: FilePath, to live: EntryHandle) throws {}

  /// What was there before and is to stay, wherever it is by then.
  func handleBefore(_ path: FilePath) throws -> EntryHandle? {
    guard !gone.contains(path), let origin = places.origin(of: path) else { return nil }
    return try before.handle(at: origin)
  }

  func entryBefore(_ path: FilePath) throws -> Entry? { try handleBefore(path)?.read() }
}

/// A plan is not simple enough.
struct NeedsStage: Error {}
