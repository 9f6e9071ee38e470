package import PCSCore
import SystemPackage

extension SnapshotList {
  /// Every snapshot of ours on the file system of the snapshot directory `place`, oldest first.
  ///
  /// One that no mount shows is named by its path from the top level.
  package static func everywhere(near place: SnapshotDirectory) throws -> [Snapshot] {
    let topLevel = try TopLevel(of: place.nearest)
    let mounted = try MountTable.subvolumes(of: topLevel.fileSystem.id)
    let all = try NestedSubvolumes.all(
      in: Subvolume(at: topLevel.root), seenFrom: topLevel.root)
    let shown = all.compactMap { found in mounted[found.subvolume.id].map { (found.path, $0) } }
    return all.compactMap { found in
      guard let text = found.path.lastComponent?.string, let name = SnapshotName(text) else {
        return nil
      }
      return Snapshot(
        found.subvolume, name: name, path: visible(found.path, shown),
        origin: try? found.subvolume.origin(seenFrom: topLevel.root))
    }.sorted { $0.place < $1.place }
  }

  /// What rollbacks have put aside there, by name.
  package static func rolledBack(near place: SnapshotDirectory) throws -> [String] {
    try TopLevel(of: place.nearest).rolledBack().map(\.name.text)
  }

  /// The path of the mounted system for one from the top level, through the deepest mount.
  static func visible(_ path: FilePath, _ mounts: [(root: FilePath, point: FilePath)]) -> FilePath {
    let mount = mounts.filter { path.starts(with: $0.root) && path != $0.root }
      .max { $0.root.components.count < $1.root.components.count }
    guard let mount else { return path }
    var rest = path
    _ = rest.removePrefix(mount.root)
    return mount.point.pushing(rest)
  }
}
