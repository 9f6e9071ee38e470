import FileTrees
import PCSCore
package import SystemPackage

/// Files that belong together: half of them from one machine and half from the other is corrupt.
package struct FileUnit: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// A database with its log, shared memory and journal.
    case sqlite
    /// The files of a LevelDB or RocksDB directory: `CURRENT` names the manifest, which names the
    /// others.
    case store
  }

  package let kind: Kind
  /// The file whose rule decides for all of them.
  package let anchor: FilePath
  /// All of them that either machine has, the anchor and its further names included.
  package var members: Set<FilePath>

  package init(_ kind: Kind, anchor: FilePath, members: Set<FilePath>) {
    self.kind = kind
    self.anchor = anchor
    self.members = members.union([anchor])
  }

  /// What is kept beside as a whole: the database, or the directory of the store.
  package var subject: FilePath {
    kind == .sqlite ? anchor : anchor.removingLastComponent()
  }

  /// The name of a member in a copy of the unit whose subject is called `copy`; nil for a further
  /// name of the database, which the copy does not need.
  package func name(of member: FilePath, in copy: FilePath) -> FilePath? {
    switch kind {
    case .store: return member.relative(to: subject).map(copy.pushing)
    case .sqlite:
      if member == anchor { return copy }
      guard SQLiteFiles.database(of: member) == anchor else { return nil }
      return FilePath(bytes: copy.bytes + member.bytes.dropFirst(anchor.bytes.count))
    }
  }

  /// `CURRENT` in a directory.
  package static func current(in directory: FilePath) -> FilePath { directory.appending("CURRENT") }

  /// Whether the names of a directory are those of a LevelDB or RocksDB store.
  package static func isStore(_ names: some Sequence<FilePath>) -> Bool {
    var (hasCurrent, hasManifest) = (false, false)
    for name in names {
      hasCurrent = hasCurrent || name == "CURRENT"
      hasManifest = hasManifest || name.bytes.starts(with: "MANIFEST-".utf8)
    }
    return hasCurrent && hasManifest
  }
}
