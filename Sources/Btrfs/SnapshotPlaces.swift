import FileTrees
package import PCSCore
package import SystemPackage

/// The directories in which this machine has snapshots of syncs: one for each file system.
package enum SnapshotPlaces {
  /// The configured directory first, then each of the others that is there.
  ///
  /// Others are those that `records` name, and `.snapshots` at the mount points of the subvolumes
  /// that hold `folders`: on a disk with a backup lie copies that are not ours to delete.
  package static func list(
    configured path: FilePath, folders: [FilePath] = [], records: [SessionRecord]
  ) throws -> [SnapshotDirectory] {
    let configured = try SnapshotDirectory(path)
    var found = [configured]
    var known = Set([try identity(of: configured)].compactMap { $0 })
    for path in recorded(records) + ofFolders(folders) {
      guard let directory = try? Directory.ifPresent(path),
        let place = try? SnapshotDirectory(path),
        try FileSystem.isBtrfs(directory.descriptor, path), try place.problem() == nil,
        let identity = try identity(of: place), known.insert(identity).inserted
      else { continue }
      found.append(place)
    }
    return found
  }

  private static func recorded(_ records: [SessionRecord]) -> [FilePath] {
    var seen: Set<FilePath> = []
    return records.reversed().flatMap(\.snapshots)
      .filter { $0.hostname == Machine.hostname }
      .map { FilePath($0.snapshotPath).removingLastComponent() }
      .filter { seen.insert($0).inserted }
  }

  private static func ofFolders(_ folders: [FilePath]) -> [FilePath] {
    folders.compactMap { try? FolderSubvolume(of: $0) }
      .map { $0.mountPoint.appending(SnapshotDirectory.name) }
  }

  private static func identity(of place: SnapshotDirectory) throws -> SubvolumeIdentity? {
    guard let directory = place.existing,
      try FileSystem.isBtrfs(directory.descriptor, directory.path)
    else { return nil }
    return SubvolumeIdentity(
      fileSystem: try FileSystem(holding: directory).id.description,
      id: try Subvolume.id(holding: directory))
  }
}
