import CBtrfs
import CLinux
import Glibc
import PCSCore
package import SystemPackage

/// The subvolumes directly within another one.
package enum NestedSubvolumes {
  /// Their paths within `subvolume`, the root of which lies at the top level.
  static func paths(in subvolume: Subvolume, of topLevel: TopLevel) throws -> [FilePath] {
    try all(in: subvolume, seenFrom: topLevel.root)
      .filter { $0.subvolume.parentID == subvolume.id }.map(\.path)
  }

  /// Those within them, too.
  package static func all(
    in subvolume: Subvolume, seenFrom root: Directory
  ) throws -> [(path: FilePath, subvolume: Subvolume)] {
    var iterator: OpaquePointer?
    try BtrfsError.check(
      root.path,
      btrfs_util_create_subvolume_iterator_fd(
        root.descriptor.rawValue, subvolume.id, 0, &iterator))
    defer { btrfs_util_destroy_subvolume_iterator(iterator) }
    var found: [(path: FilePath, subvolume: Subvolume)] = []
    while true {
      var path: UnsafeMutablePointer<CChar>?
      var info = btrfs_util_subvolume_info()
      let result = btrfs_util_subvolume_iterator_next_info(iterator, &path, &info)
      if result == BTRFS_UTIL_ERROR_STOP_ITERATION { break }
      try BtrfsError.check(root.path, result)
      defer { free(path) }
      if let path { found.append((FilePath(platformString: path), Subvolume(info))) }
    }
    return found
  }

  /// Moves the one at `path` within `old` to the same path within `new`, where an empty directory
  /// stands for it; returns why it stays, when it does.
  static func move(
    _ path: FilePath, from old: Directory, to new: Directory
  ) throws -> String? {
    let folder = path.removingLastComponent()
    guard let name = path.lastComponent.map({ FilePath(root: nil, [$0]) }),
      let source = try old.beneath(folder)
    else { return "its directory cannot be opened" }
    guard let target = try new.beneath(folder) else { return "its directory did not exist then" }
    let (from, to) = (source.descriptor.rawValue, target.descriptor.rawValue)
    let removed = name.withPlatformString { unlinkat(to, $0, AT_REMOVEDIR) }
    if removed < 0, errno != ENOENT { return "something else is there: \(Errno(rawValue: errno))" }
    // RENAME_NOREPLACE
    let result = name.withPlatformString { pcs_renameat2(from, $0, to, $0, 1) }
    return result == 0 ? nil : "\(Errno(rawValue: errno))"
  }
}

extension RollbackPlan {
  /// Moves the nested subvolumes of the replaced one, which are in no snapshot of it.
  func moveNested(_ entry: RollbackJournal.Entry, _ onStep: (RollbackStep) -> Void) throws {
    let (old, subvolume) = try topLevel.subvolume(entry.kept)
    let (new, _) = try topLevel.subvolume(entry.subvolume)
    for path in try NestedSubvolumes.paths(in: subvolume, of: topLevel) {
      if let why = try NestedSubvolumes.move(path, from: old, to: new) {
        onStep(.nestedLeft(FilePath(entry.kept).pushing(path), why: why))
      } else {
        onStep(.nested(path, subvolume: entry.subvolume))
      }
    }
  }
}
