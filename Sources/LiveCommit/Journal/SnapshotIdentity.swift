import Btrfs
package import FileTrees
package import SystemPackage

/// A read-only snapshot, and what tells that it is still the one it was.
package struct SnapshotIdentity: Codable, Sendable, Equatable {
  package let path: String
  package let uuid: String
  package let generation: UInt64

  /// Looks at the snapshot at a path, all of which is on disk; refuses one that can be written to.
  package init(_ path: FilePath) throws {
    let directory = try Directory(path)
    guard try Subvolume(at: directory).isReadOnly else { throw CommitError.writable(path) }
    let subvolume = try Subvolume(at: directory)
    self.path = path.string
    uuid = subvolume.uuid.description
    generation = subvolume.generation
  }
}

extension SnapshotIdentity {
  /// Opens the snapshot where it is on this machine and still what it was; nil when it is not.
  package func opened() throws -> Directory? {
    guard let root = try Directory.ifPresent(FilePath(path)), try Subvolume.isRoot(root) else {
      return nil
    }
    let subvolume = try Subvolume(at: root)
    guard subvolume.isReadOnly, subvolume.uuid.description == uuid,
      subvolume.generation == generation
    else { return nil }
    return root
  }
}
