import Btrfs
import Glibc
import PCSCore
import SystemPackage

/// Gives the state databases in a stage, which came from the source, the rows that are the target's
/// own in place of the source's.
///
/// Works on copies in a directory of root's alone; the stage gets one that is whole.
struct StateMerge {
  enum Outcome: Equatable {
    /// Neither machine has such rows.
    case unchanged
    case merged
  }

  private let stage: StageTree
  /// The folder of the target as it was before.
  private let before: EntryTree
  private let directory: Directory
  private let folder: FilePath

  /// `directory` is empty, and on the file system of the stage.
  init(_ folder: FilePath, _ stage: StageTree, before: EntryTree, in directory: Directory) {
    self.folder = folder
    self.stage = stage
    self.before = before
    self.directory = directory
  }

  /// Merges the database at `path`, which was at `origin` before if it was anywhere; what cannot be
  /// merged is as before in the stage when an error is thrown.
  ///
  /// `sent` are the files that came from the source, nil when the whole stage did: a log of the
  /// target's own belongs to another database.
  func run(_ path: FilePath, origin: FilePath?, sent: Set<FilePath>?) throws -> Outcome {
    let around = path.removingLastComponent()
    let modified = try stage.tree.entry(at: around)?.attributes.modified
    defer { try? clear() }
    if let sent {
      for own in SQLiteFiles.companions(of: path) where !sent.contains(own) {
        _ = try stage.remove(own)
      }
    }
    let result = Result { try merge(path, origin) }
    if case .failure(let error) = result, error is StateDatabaseError { try restore(path, origin) }
    if let modified, let handle = try stage.tree.handle(at: around),
      try handle.read().attributes.modified != modified
    {
      try handle.applyTime(modified)
    }
    return try result.get()
  }

  private static let (ours, theirs): (FilePath, FilePath) = ("target", "source")

  private func merge(_ path: FilePath, _ origin: FilePath?) throws -> Outcome {
    guard let entry = try stage.tree.entry(at: path), entry.kind == .file else { return .unchanged }
    guard entry.links == 1 else { throw StateDatabaseError.furtherNames(name(path)) }
    try copy(path, of: stage.tree, as: Self.theirs)
    var own: [[SQLiteValue]] = []
    if let origin, try before.entry(at: origin)?.kind == .file {
      try copy(origin, of: before, as: Self.ours)
      own = try StateRows(directory.path.pushing(Self.ours), as: name(path)).rows
    }
    let copy = directory.path.pushing(Self.theirs)
    do {
      // Closed before the file is looked at.
      let source = try StateRows(copy, as: name(path))
      if source.rows.isEmpty, own.isEmpty { return .unchanged }
      try source.replace(by: own)
    }
    for name in [path] + SQLiteFiles.companions(of: path) { _ = try stage.remove(name) }
    guard let merged = try EntryHandle(Self.theirs, in: directory) else {
      throw FileError(copy, "cannot open", .noSuchFileOrDirectory)
    }
    try stage.clone(merged, entry, as: path)
    return .merged
  }

  /// Copies a database with its log.
  ///
  /// A journal is never taken up: it may name any file of this machine, which SQLite removes once
  /// the journal is rolled back.
  private func copy(_ path: FilePath, of tree: EntryTree, as name: FilePath) throws {
    for suffix in ["", "-wal"] {
      let file = FilePath(bytes: path.bytes + suffix.utf8)
      guard let handle = try tree.handle(at: file) else { continue }
      let entry = try handle.read()
      guard entry.kind == .file else { throw StateDatabaseError.notPlain(self.name(file)) }
      let copy = FilePath(bytes: name.bytes + suffix.utf8)
      _ = try StageCopy.make(handle, entry, as: copy, in: directory)
    }
    let journal = FilePath(bytes: path.bytes + Array("-journal".utf8))
    guard let handle = try tree.handle(at: journal) else { return }
    if try !Self.isIdle(handle) { throw StateDatabaseError.openTransaction(self.name(path)) }
  }

  /// Whether a journal is empty or was cleared: there is nothing to roll back.
  private static func isIdle(_ journal: EntryHandle) throws -> Bool {
    let entry = try journal.read()
    guard entry.kind == .file else { return false }
    if entry.size == 0 { return true }
    let descriptor = try journal.open(O_RDONLY)
    return try descriptor.closeAfter {
      var head: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
      _ = try head.withUnsafeMutableBytes { try descriptor.read(fromAbsoluteOffset: 0, into: $0) }
      return head.allSatisfy { $0 == 0 }
    }
  }

  /// What a path of the folder is called in messages.
  private func name(_ path: FilePath) -> FilePath { folder.pushing(path) }

  private func clear() throws {
    let work = StageTree(directory)
    for name in try directory.entries() { _ = try work.remove(name) }
  }

  /// Makes the unit what it was before.
  private func restore(_ path: FilePath, _ origin: FilePath?) throws {
    let names = [path] + SQLiteFiles.companions(of: path)
    for name in names { _ = try stage.remove(name) }
    guard let origin else { return }
    for (name, old) in zip(names, [origin] + SQLiteFiles.companions(of: origin)) {
      guard let handle = try before.handle(at: old), try handle.read().kind == .file else {
        continue
      }
      try stage.clone(handle, handle.read(), as: name)
    }
  }
}
