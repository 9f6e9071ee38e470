import FileTrees
import PCSCore
package import SystemPackage

/// The subvolume that holds a folder, found from what is mounted there.
package struct FolderSubvolume: Sendable {
  package let folder: FilePath
  package let located: LocatedSubvolume
  /// Where the mount lies through which the folder is seen.
  package let mountPoint: FilePath

  /// Looks at `folder`, or where it is missing at the directory that it would be made in.
  package init(of folder: FilePath) throws {
    self.folder = folder
    let directory = try Self.nearest(to: folder)
    let topLevel = try TopLevel(of: directory)
    let id = try Subvolume.id(holding: directory)
    guard let located = try topLevel.located(id) else {
      throw SnapshotError.unnamed(folder)
    }
    self.located = located
    let mount = try MountTable.id(of: directory)
    mountPoint = try MountTable.read().last { $0.id == mount }?.point ?? "/"
  }

  private static func nearest(to folder: FilePath) throws -> Directory {
    var path = folder
    while true {
      if let directory = try Directory.ifPresent(path) { return directory }
      guard !path.components.isEmpty else { throw BtrfsError.missing(folder) }
      path.removeLastComponent()
    }
  }
}
