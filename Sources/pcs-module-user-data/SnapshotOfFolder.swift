import Btrfs
import PCSCore
import SystemPackage
import UserData

/// The content of a folder in this session's pre-sync snapshot of its subvolume.
enum SnapshotOfFolder {
  static func path(_ folder: FolderSurvey, in snapshots: [Snapshot]) throws -> FilePath {
    let name = folder.subvolume.string
    for snapshot in snapshots
    where snapshot.kind == .preSync && snapshot.subvolume == name && isHere(snapshot) {
      return FilePath(snapshot.snapshotPath).pushing(folder.inside)
    }
    throw SyncError(
      "\(folder.folder): there is no pre-sync snapshot of its subvolume '\(name)'",
      id: "user_data.no_snapshot",
      hint: "list '\(name)' in btrfs_snapshots.subvolumes")
  }

  /// Machines may share a host name; no two subvolumes share a uuid.
  private static func isHere(_ snapshot: Snapshot) -> Bool {
    guard snapshot.hostname == Machine.hostname,
      let root = try? Directory(FilePath(snapshot.snapshotPath)),
      let subvolume = try? Subvolume(at: root)
    else { return false }
    return subvolume.isReadOnly && "\(subvolume.uuid)" == snapshot.uuid
  }
}
