import Btrfs
import FileTrees
package import PCSCore
package import SystemPackage

/// Home directories that are subvolumes of their own on either machine: each is synced like a
/// folder that the configuration lists.
package enum FolderHomes {
  /// `folders` with the `homes` below them that are there on this machine.
  package static func adding(_ homes: [FilePath], to folders: [FilePath]) -> [FilePath] {
    folders
      + HomeSubvolumes.below(folders, among: homes).filter { home in
        ((try? Directory.ifPresent(home)) ?? nil) != nil
      }
  }

  /// Those that got snapshots in a session.
  package static func list(in snapshots: [Snapshot]) -> [FilePath] {
    snapshots.filter { $0.kind == .preSync }.compactMap(\.home).map { FilePath($0) }
  }
}
