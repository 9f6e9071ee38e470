package import FileTrees
import LiveCommit
import PCSCore
package import SyncFilter
package import SystemPackage

/// A folder in a snapshot, and which of its entries take part in a sync.
package struct FilteredTree {
  package let tree: EntryTree
  let units: UnitSearch
  private let filter: Filter

  package init(_ tree: EntryTree, _ filter: Filter) {
    self.tree = tree
    self.filter = filter
    units = UnitSearch(tree)
  }

  /// Whether a path takes part; of files that belong together the rule of one decides for all.
  package func includes(_ path: FilePath, _ isDirectory: Bool) throws -> Bool {
    let own = try filter.verdict(of: path, isDirectory: isDirectory).isIncluded
    if isDirectory { return own }
    if let database = SQLiteFiles.database(of: path) {
      let its = try filter.verdict(of: database, isDirectory: false).isIncluded
      if its != own, try units.isDatabase(database) { return its }
    }
    let directory = path.removingLastComponent()
    let its = try units.verdict(ofStore: directory) {
      try filter.verdict(of: FileUnit.current(in: directory), isDirectory: false).isIncluded
    }
    return try its != own && units.isStore(directory) ? its : own
  }

  /// The entries of a directory that take part.
  func entries(in directory: FilePath, byName: Bool = false) throws -> DirectoryEntries {
    try tree.entries(in: directory, byName: byName) {
      try includes(directory.pushing($0.name), $0.isDirectory)
    }
  }

  /// What is at a path and takes part; nil when nothing is.
  package func entry(at path: FilePath) throws -> Entry? {
    guard let entry = try tree.entry(at: path), try includes(path, entry.kind == .directory) else {
      return nil
    }
    return entry
  }

  /// A name below some directory.
  package struct Name: Sendable, Equatable {
    package var rest: FilePath
    package var isDirectory: Bool

    package init(_ rest: FilePath, isDirectory: Bool) {
      self.rest = rest
      self.isDirectory = isDirectory
    }
  }

  /// Everything below a directory, relative to it, in the order in which it lies there.
  func names(below directory: FilePath) throws -> [Name] {
    var names: [Name] = []
    try tree.walk(directory) { path, isDirectory in
      if let rest = path.relative(to: directory) {
        names.append(Name(rest, isDirectory: isDirectory))
      }
    }
    return names
  }

  /// What the filter says of `names` if they lay below `directory`.
  package func verdicts(below directory: FilePath, of names: [Name]) throws -> [Bool] {
    try names.map { try includes(directory.pushing($0.rest), $0.isDirectory) }
  }

  /// What takes part of what is directly in a directory.
  func children(of directory: FilePath) throws -> [FilePath] {
    try tree.children(of: directory).filter { try includes($0.path, $0.isDirectory) }.map(\.path)
  }

  package func included(below directory: FilePath) throws -> [FilePath] {
    try names(below: directory).map { ($0, directory.pushing($0.rest)) }
      .filter { try includes($0.1, $0.0.isDirectory) }.map(\.1)
  }
}
