import Btrfs
package import FileTrees
package import PCSCore
package import SystemPackage

/// One folder of this machine as a session sees it: in its pre-sync snapshot, or for a dry run as it
/// lies in the live subvolume.
package struct FolderView {
  package let survey: FolderSurvey
  /// The root of the snapshot, or of the subvolume.
  package let root: Directory
  /// The folder in it.
  package let folder: Directory
  /// Whether it shows the live subvolume, which changes while one looks.
  package let isLive: Bool

  /// Opens the folder in the pre-sync snapshot of its subvolume.
  package init(_ survey: FolderSurvey, in snapshots: [Snapshot]) throws {
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
    try self.init(survey, root: found, isLive: false)
  }

  /// Opens the live folder through a read-only mount of its file system: reading it changes not even
  /// a time of access.
  package init(live survey: FolderSurvey) throws {
    let topLevel = try TopLevel(of: FolderSurvey.open(survey.folder))
    guard let located = try topLevel.located(survey.subvolumeID) else {
      throw FileError(survey.folder, "cannot find its subvolume", .noSuchFileOrDirectory)
    }
    try self.init(survey, root: located.root, isLive: true)
  }

  /// Opens the folder as a request of the source asks for it: without snapshots the live one.
  package init(_ folder: FilePath, asked snapshots: [Snapshot]) throws {
    let survey = FolderSurvey(of: folder)
    if snapshots.isEmpty {
      try self.init(live: survey)
    } else {
      try self.init(survey, in: snapshots)
    }
  }

  /// The entries of the folder.
  package var tree: EntryTree {
    isLive ? EntryTree(folder) : EntryTree(folder, reader: SnapshotReader())
  }

  private init(_ survey: FolderSurvey, root: Directory, isLive: Bool) throws {
    guard let folder = try root.beneath(survey.inside) else {
      throw FileError(root.path.pushing(survey.inside), "cannot open", .noSuchFileOrDirectory)
    }
    self.survey = survey
    self.root = root
    self.folder = folder
    self.isLive = isLive
  }
}

extension Snapshot {
  /// Whether it is one of the subvolume that holds a folder of this machine.
  fileprivate func isOf(_ survey: FolderSurvey) -> Bool {
    origin.map { $0 == survey.identity } ?? (subvolume == survey.name)
  }
}
