import Btrfs
package import FileTrees
import PCSCore
import SystemPackage

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
