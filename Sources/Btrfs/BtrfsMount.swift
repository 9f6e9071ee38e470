import FileTrees
package import SystemPackage

/// A mount of a btrfs, and which subvolume it shows.
package struct BtrfsMount: Sendable, Equatable {
  package let point: FilePath
  package let fileSystem: UUID
  /// The subvolume that holds the mount's root.
  package let subvolume: UInt64
  /// Whether it mounts the whole subvolume, not a directory in it.
  package let isWhole: Bool

  /// Every one that can be reached; what lies behind a later mount tells nothing.
  package static func all() throws -> [BtrfsMount] {
    var found: [BtrfsMount] = []
    for mount in try MountTable.read() where mount.type == "btrfs" {
      // It may be unmounted meanwhile, and another one have its number.
      guard let directory = try? Directory(mount.point),
        try MountTable.id(of: directory) == mount.id,
        let fileSystem = try? FileSystem(holding: directory).id,
        let subvolume = try? Subvolume.id(holding: directory),
        let isWhole = try? Subvolume.isRoot(directory)
      else { continue }
      found.append(
        BtrfsMount(
          point: mount.point, fileSystem: fileSystem, subvolume: subvolume, isWhole: isWhole))
    }
    return found
  }
}
