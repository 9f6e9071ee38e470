package import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// Recognizes units in a tree by what their files hold.
package final class UnitSearch {
  private let tree: EntryTree
  private var databases: [FilePath: Bool] = [:]
  private var names: [FilePath: Set<FilePath>] = [:]
  private var stores: [FilePath: Bool] = [:]
  private var verdict: (directory: FilePath, isIncluded: Bool)?
  /// Directories whose names are held.
  private static let mostNames = 100

  /// No call on a live file system may give a file a new time of access.
  private static let noAccessTime: CInt = 0o1_000_000

  package init(_ tree: EntryTree) {
    self.tree = tree
  }

  /// Whether a path is a file that begins as an SQLite database, or is empty.
  package func isDatabase(_ path: FilePath) throws -> Bool {
    if let known = databases[path] { return known }
    let found = try looksLikeDatabase(path)
    databases[path] = found
    return found
  }

  /// Whether a directory holds a LevelDB or RocksDB store.
  package func isStore(_ directory: FilePath) throws -> Bool {
    if let known = stores[directory] { return known }
    let found = try FileUnit.isStore(names(in: directory))
    stores[directory] = found
    return found
  }

  /// What `judge` says of the `CURRENT` that a directory has or might have; asked once for paths of
  /// one directory.
  package func verdict(ofStore directory: FilePath, _ judge: () throws -> Bool) rethrows -> Bool {
    if let verdict, verdict.directory == directory { return verdict.isIncluded }
    let found = try judge()
    verdict = (directory, found)
    return found
  }

  /// The files that lie beside a database and belong to it.
  package func companions(of database: FilePath) throws -> [FilePath] {
    let directory = database.removingLastComponent()
    let names = try names(in: directory)
    return SQLiteFiles.companions(of: database).filter { companion in
      companion.relative(to: directory).map(names.contains) ?? false
    }
  }

  /// The files of a store.
  package func members(of store: FilePath) throws -> [FilePath] {
    try names(in: store).map { store.pushing($0) }
      .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }

  /// The names in a directory of what is no directory.
  private func names(in directory: FilePath) throws -> Set<FilePath> {
    if let known = names[directory] { return known }
    let found = try tree.children(of: directory).filter { !$0.isDirectory }
      .compactMap { $0.path.relative(to: directory) }
    if names.count >= Self.mostNames { names = [:] }
    names[directory] = Set(found)
    return Set(found)
  }

  private func looksLikeDatabase(_ path: FilePath) throws -> Bool {
    guard let handle = try tree.handle(at: path) else { return false }
    return try Self.isDatabase(handle)
  }

  /// Whether a file begins as an SQLite database, or is empty.
  static func isDatabase(_ handle: EntryHandle) throws -> Bool {
    let entry = try handle.read()
    guard entry.kind == .file else { return false }
    if entry.size == 0 { return true }
    let file = try handle.open(O_RDONLY | noAccessTime)
    return try file.closeAfter {
      do {
        let head = try [UInt8](unsafeUninitializedCapacity: SQLiteFiles.magic.count) {
          buffer, count in count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        return SQLiteFiles.isDatabase(head: head)
      } catch let error as Errno {
        throw FileError(handle.path, "cannot read", error)
      }
    }
  }
}
