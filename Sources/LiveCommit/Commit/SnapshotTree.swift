import Btrfs
import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// A desired tree that exists: a stage, which is a read-only snapshot that began as the pre-sync
/// snapshot.
struct SnapshotTree: DesiredTree {
  let prepared = PreparedEntries()
  private let tree: EntryTree

  init(_ root: Directory) {
    tree = EntryTree(root)
  }

  func changes(
    since before: Directory
  ) throws -> (changes: [Change], newWithin: [FilePath: Set<[UInt8]>]) {
    try SnapshotDiff(base: before, new: tree.root).changesOfDirectories()
  }

  func firstName(of path: FilePath) -> FilePath { path }

  func preparedDirectory(around path: FilePath) -> FilePath? { nil }

  func paths(of inode: UInt64, at path: FilePath) throws -> [FilePath] {
    try InodeNames.paths(of: inode, in: tree.root)
  }

  func entry(at path: FilePath) throws -> Entry? { try tree.entry(at: path) }

  func names(in directory: FilePath) throws -> [FilePath] {
    try tree.directory(at: directory)?.entries() ?? []
  }

  func digest(of path: FilePath) throws -> ContentDigest? {
    try tree.handle(at: path).map { try ContentDigest(of: $0) }
  }

  func make(
    _ path: FilePath, _ entry: Entry, as name: FilePath, in directory: Directory
  ) throws -> EntryHandle? {
    guard let source = try tree.handle(at: path) else {
      throw FileError(path, "not in the desired tree", .noSuchFileOrDirectory)
    }
    return try EntryCopy.make(source, entry, as: name, in: directory)
  }

  func carryFlags(of directory: FilePath, to made: EntryHandle) throws {
    guard let source = try tree.directory(at: directory) else { return }
    let descriptor = try made.open(O_RDONLY | O_DIRECTORY)
    defer { try? descriptor.close() }
    try InodeFlags.carry(from: source.descriptor, to: descriptor, made.path)
  }

  func addFlags(of path: FilePath, to live: EntryHandle) throws {
    guard let from = try tree.handle(at: path)?.open(O_RDONLY) else { return }
    defer { try? from.close() }
    let to = try live.open(O_RDONLY)
    defer { try? to.close() }
    if let flags = InodeFlags.of(from) { InodeFlags.add(flags, to: to) }
  }
}
