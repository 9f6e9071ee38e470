package import Btrfs
package import PCSCore
import SystemPackage

/// One folder in this machine's pre-sync snapshot of a session.
package struct SnapshotFolder {
  package let survey: FolderSurvey
  /// The root of the snapshot.
  package let root: Directory
  /// The folder in it.
  package let folder: Directory

  package init(_ survey: FolderSurvey, in snapshots: [Snapshot]) throws {
    self.survey = survey
    let name = survey.subvolume.string
    var found: Directory?
    for snapshot in snapshots
    where found == nil && snapshot.kind == .preSync && snapshot.subvolume == name {
      found = try snapshot.opened()
    }
    guard let found else {
      throw SyncError(
        "\(survey.folder): there is no pre-sync snapshot of its subvolume '\(name)'",
        id: "user_data.no_snapshot",
        hint: "list '\(name)' in btrfs_snapshots.subvolumes")
    }
    guard let folder = try found.beneath(survey.inside) else {
      throw FileError(found.path.pushing(survey.inside), "cannot open", .noSuchFileOrDirectory)
    }
    root = found
    self.folder = folder
  }
}
