import FileTrees
import LiveCommit
import PCSCore
package import SystemPackage

/// Where code editors keep their state databases below a folder: in `.config/APP` of a home, or in
/// what stands for it in a flatpak, and in `.vscode-shared`.
package struct StatePaths: Sendable, Equatable {
  private static let names = ["state.vscdb", "state.vscdb.backup"]
  /// The directories that hold one, below a home; a star is any name.
  private static let inHomes =
    [".config", ".var/app/*/config"].flatMap { root in
      ["", "/profiles/*"].map { "\(root)/*/User\($0)/globalStorage" }
    } + [".vscode-shared/sharedStorage"]

  /// The same below the folder.
  private let directories: [[String]]

  /// A folder holds homes, is one, or lies in one.
  package init(of folder: FilePath) {
    let place = folder.components.map(\.string)
    directories = Self.inHomes.flatMap { text -> [[String]] in
      let parts = text.split(separator: "/").map(String.init)
      let reaching = parts.indices.dropFirst().filter { count in
        Self.fit(place.suffix(count)[...], parts.prefix(count))
      }.map { Array(parts.dropFirst($0)) }
      return [parts, ["*"] + parts] + reaching
    }
  }

  /// Whether a path is that of a state database, or of one that was kept beside another.
  package func fits(_ path: FilePath) -> Bool {
    guard let name = path.lastComponent?.string, Self.isName(name, of: path) else { return false }
    let around = path.removingLastComponent().components.map(\.string)
    return directories.contains { Self.fit(around[...], $0[...]) }
  }

  /// Whether a directory may hold one.
  func fits(directory: FilePath) -> Bool {
    let names = directory.components.map(\.string)
    return directories.contains { Self.fit(names[...], $0[...]) }
  }

  /// The paths below the folder, in order.
  func find(in tree: EntryTree) throws -> [FilePath] {
    var found: Set<FilePath> = []
    for pattern in directories {
      for directory in try expand(pattern[...], below: "", in: tree) {
        found.formUnion(try tree.children(of: directory).map(\.path).filter { fits($0) })
      }
    }
    return found.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }

  private func expand(
    _ pattern: ArraySlice<String>, below directory: FilePath, in tree: EntryTree
  ) throws -> [FilePath] {
    guard let first = pattern.first else { return [directory] }
    let rest = pattern.dropFirst()
    guard first == "*" else {
      let next = directory.appending(first)
      return try tree.directory(at: next) == nil ? [] : expand(rest, below: next, in: tree)
    }
    return try tree.children(of: directory).flatMap { path, isDirectory in
      isDirectory ? try expand(rest, below: path, in: tree) : []
    }
  }

  private static func isName(_ name: String, of path: FilePath) -> Bool {
    if names.contains(name) { return true }
    return ConflictCopy.isConflictCopy(path) && SQLiteFiles.database(of: path) == nil
      && names.contains { name.hasPrefix($0 + ".pcs-conflict-") }
  }

  private static func fit(_ names: ArraySlice<String>, _ pattern: ArraySlice<String>) -> Bool {
    names.count == pattern.count && zip(names, pattern).allSatisfy { $1 == "*" || $0 == $1 }
  }
}
