import FileTrees
package import PCSCore
package import SystemPackage

/// The snapshots of ours in a snapshot directory.
package enum SnapshotList {
  /// Those in the directory at `path`, oldest first; none when it does not exist.
  package static func read(_ path: FilePath) throws -> [Snapshot] {
    try read(SnapshotDirectory(path))
  }

  /// Those in several directories, oldest first.
  package static func read(_ places: [SnapshotDirectory]) throws -> [Snapshot] {
    try places.flatMap { try read($0) }.sorted { $0.place < $1.place }
  }

  package static func read(_ place: SnapshotDirectory) throws -> [Snapshot] {
    guard Places.isRoot else { throw BtrfsError.needsRoot }
    guard let directory = place.existing else { return [] }
    guard try FileSystem.isBtrfs(directory.descriptor, directory.path) else {
      throw BtrfsError.notBtrfs(place.path)
    }
    var found: [Snapshot] = []
    for text in try directory.names() {
      guard let name = SnapshotName(text),
        let snapshot = try snapshot(name, text, in: directory)
      else { continue }
      found.append(snapshot)
    }
    return found.sorted { $0.place < $1.place }
  }

  /// nil when `text` names something that is no subvolume, or that has just gone.
  private static func snapshot(
    _ name: SnapshotName, _ text: String, in directory: Directory
  ) throws -> Snapshot? {
    do {
      guard let root = try directory.opening(text) else { return nil }
      let found = try Subvolume(at: root)
      return Snapshot(
        found, name: name, path: root.path, origin: try found.origin(seenFrom: root))
    } catch BtrfsError.notSubvolume, BtrfsError.failed(_, _, .notDirectory),
      BtrfsError.failed(_, _, .tooManySymbolicLinkLevels)
    {
      return nil
    }
  }
}

extension Snapshot {
  /// Where it stands in a list: a sync may take both its kinds within a second.
  var place: (Timestamp, Int, String) {
    (timestamp, kind == .preSync ? 0 : 1, snapshotPath)
  }
}

extension SnapshotList {
  /// The snapshot called `text`, a name in one of `places` or a path of its own.
  package static func find(_ text: String, in places: [SnapshotDirectory]) throws -> Snapshot {
    let asked = FilePath(text)
    let candidates =
      text.contains("/") ? try read(asked.removingLastComponent()) : try read(places)
    let name = asked.lastComponent?.string ?? text
    guard
      let found = candidates.first(where: {
        FilePath($0.snapshotPath).lastComponent?.string == name
      })
    else { throw SnapshotError.missing(text) }
    return found
  }
}
