import CBtrfs
package import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// The subvolumes within another one.
package enum NestedSubvolumes {
  /// Those at any depth, by their paths within `subvolume`.
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
    _ path: FilePath, from old: Directory, to new: Directory, mountedAt point: FilePath?
  ) throws -> String? {
    let folder = path.removingLastComponent()
    guard let name = path.lastComponent.map({ FilePath(root: nil, [$0]) }),
      let source = try old.beneath(folder)
    else { return "its directory cannot be opened" }
    guard let target = try new.beneath(folder) else { return "its directory did not exist then" }
    let removed = name.withPlatformString { unlinkat(target.descriptor.rawValue, $0, AT_REMOVEDIR) }
    if removed < 0, errno != ENOENT { return "something else is there: \(Errno(rawValue: errno))" }
    do throws(BtrfsError) {
      try SubvolumeRename(kind: .move, from: (source, name), to: (target, name), point: point)
        .carryOut()
      return nil
    } catch {
      if case .failed(_, _, let errno) = error { return "\(errno)" }
      throw error
    }
  }
}

extension RollbackPlan.Part {
  /// Moves those nested subvolumes of the replaced one that are chosen: they are in no snapshot of
  /// it.
  func moveNested(
    _ onStep: (RollbackStep) -> Void, where isChosen: (Subvolume) -> Bool
  ) throws {
    let (old, subvolume) = try topLevel.subvolume(entry.kept)
    let (new, _) = try topLevel.subvolume(at: entry.path)
    let nested = try NestedSubvolumes.all(in: subvolume, seenFrom: topLevel.root)
    for (path, found) in nested where found.parentID == subvolume.id && isChosen(found) {
      let point = try topLevel.mountPoint(on: FilePath(entry.kept).pushing(path))
      if let why = try NestedSubvolumes.move(path, from: old, to: new, mountedAt: point) {
        onStep(.nestedLeft(FilePath(entry.kept).pushing(path), why: why))
      } else {
        onStep(.nested(path, subvolume: entry.subvolume))
      }
    }
  }
}
