import FileTrees
package import SystemPackage

/// Files of which the content is needed though the plans do not send it.
package struct ContentWanted: Error {
  /// In each folder, by its place.
  package let paths: [(folder: Int, path: FilePath)]

  /// `wanted` has paths in the subvolume of the folders.
  init(_ wanted: [FilePath], in folders: [PlannedFolder]) {
    paths = wanted.flatMap { path in
      folders.enumerated().compactMap { index, folder in
        path.relative(to: folder.place).map { (index, $0) }
      }
    }
  }
}
