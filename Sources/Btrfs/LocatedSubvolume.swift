import CBtrfs
package import FileTrees
package import PCSCore
package import SystemPackage

/// A live subvolume with its place in its file system.
package struct LocatedSubvolume: Sendable {
  package let name: String
  /// From the top level.
  package let path: FilePath
  package let fileSystem: UUID
  package let root: Directory
  package let subvolume: Subvolume

  package var identity: SubvolumeIdentity {
    SubvolumeIdentity(fileSystem: fileSystem.description, id: subvolume.id)
  }
}

extension LocatedSubvolume {
  /// A path at which it can be reached now; nil where no mount shows it.
  package func visiblePlace() throws -> FilePath? {
    for mount in try MountTable.read() where mount.type == "btrfs" {
      var below = FilePath("/").pushing(path)
      guard below.removePrefix(mount.root) else { continue }
      let place = mount.point.pushing(below)
      // The mount may be of another disk, or hidden by a later one.
      guard let directory = try? Directory(place), try Subvolume.isRoot(directory),
        try FileSystem(holding: directory).id == fileSystem,
        try Subvolume.id(holding: directory) == subvolume.id
      else { continue }
      return place
    }
    return nil
  }
}

extension TopLevel {
  /// The top level of the file system that a snapshot of this machine lies on.
  package init(holding snapshot: Snapshot) throws {
    if let fileSystem = snapshot.origin?.fileSystem,
      let mount = try BtrfsMount.all().first(where: { "\($0.fileSystem)" == fileSystem })
    {
      try self.init(of: Directory(mount.point))
      return
    }
    let place = FilePath(snapshot.snapshotPath).removingLastComponent()
    try self.init(of: Directory.ifPresent(place) ?? Directory("/"))
  }

  /// The subvolume at a path from the top level.
  package func subvolume(at path: FilePath) throws(BtrfsError) -> (Directory, Subvolume) {
    guard let directory = try root.beneath(path) else { throw .missing(path) }
    return (directory, try Subvolume(at: directory))
  }

  /// Finds a subvolume by its id, nested or not; nil if it does not exist or has no name.
  package func located(_ id: UInt64) throws(BtrfsError) -> LocatedSubvolume? {
    let path: FilePath
    do throws(BtrfsError) {
      path = try Subvolume(id, seenFrom: root).path(seenFrom: root)
    } catch {
      if case .missing = error { return nil }
      throw error
    }
    guard let name = SubvolumeName.of(path) else { return nil }
    let (directory, subvolume) = try subvolume(at: path)
    return LocatedSubvolume(
      name: name, path: path, fileSystem: fileSystem.id, root: directory, subvolume: subvolume)
  }

  /// Every subvolume here that a name may mean: the one at the top level, and nested ones.
  package func located(named name: String) throws -> [LocatedSubvolume] {
    var paths: [FilePath] = []
    if let directory = try root.opening(name, as: FilePath(name)),
      try Subvolume.isRoot(directory)
    {
      paths.append(FilePath(name))
    }
    if name.contains("-") {
      paths += try NestedSubvolumes.all(in: Subvolume(at: root), seenFrom: root).map(\.path)
        .filter { $0.components.count > 1 && SubvolumeName.of($0) == name }
    }
    return try paths.map { path in
      let (directory, subvolume) = try subvolume(at: path)
      return LocatedSubvolume(
        name: name, path: path, fileSystem: fileSystem.id, root: directory, subvolume: subvolume)
    }
  }

  /// The live subvolume called `name`: number `id` as long as it has that name, else the one that
  /// the name fits.
  package func live(_ name: String, id: UInt64?) throws -> LocatedSubvolume {
    if let id, let found = try located(id), found.name == name { return found }
    let found = try located(named: name)
    if found.count > 1 {
      throw SnapshotError.ambiguous(name, found.map { "/\($0.path)" })
    }
    guard let only = found.first else {
      _ = try subvolume(name)
      throw BtrfsError.missing(FilePath(name))
    }
    return only
  }

  /// The subvolume that an open snapshot was made of; nil when it is gone.
  package func origin(of snapshot: Directory) throws -> LocatedSubvolume? {
    try Subvolume(at: snapshot).origin(seenFrom: snapshot).flatMap { try located($0.id) }
  }

  /// The live subvolume of which `snapshot` was made, or the one in its place.
  package func live(of snapshot: Snapshot) throws -> LocatedSubvolume {
    let origin = snapshot.origin.flatMap { $0.fileSystem == "\(fileSystem.id)" ? $0.id : nil }
    return try live(snapshot.subvolume, id: origin)
  }
}
