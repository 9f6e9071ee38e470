package import FileTrees
package import SystemPackage

/// Versions of the target that count as changes there unless snapshots of this machine hold them.
package struct OpenVersions: Sendable {
  /// Paths that this machine changed since the base: it may have had the version at any time.
  package private(set) var changedHere: [FilePath: Entry] = [:]
  /// Paths that this machine has as in the base: only snapshots since then tell that it had another
  /// version in between.
  ///
  /// An older version is one that a user of the target went back to.
  package private(set) var asInBase: [FilePath: Entry] = [:]

  package init() {}

  package var paths: [FilePath] { Array(changedHere.keys) + Array(asInBase.keys) }

  package mutating func add(_ path: FilePath, _ entry: Entry, isChangedHere: Bool) {
    if isChangedHere { changedHere[path] = entry } else { asInBase[path] = entry }
  }
}
