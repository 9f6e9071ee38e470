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
    let name = survey.name
    var found: Directory?
    for snapshot in snapshots
    where found == nil && snapshot.kind == .preSync && snapshot.isOf(survey) {
      found = try snapshot.opened()
    }
    guard let found else {
      throw SyncError(
        "\(survey.folder): there is no pre-sync snapshot of its subvolume '\(name)'",
        id: "user_data.no_snapshot",
        hint: "'subvolumes: auto' in btrfs_snapshots takes one")
    }
    guard let folder = try found.beneath(survey.inside) else {
      throw FileError(found.path.pushing(survey.inside), "cannot open", .noSuchFileOrDirectory)
    }
    root = found
    self.folder = folder
  }
}

extension Snapshot {
  /// Whether it is one of the subvolume that holds a folder of this machine.
  fileprivate func isOf(_ survey: FolderSurvey) -> Bool {
    origin.map { $0 == survey.identity } ?? (subvolume == survey.name)
  }
}
