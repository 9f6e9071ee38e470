import FileTrees
package import SystemPackage

/// Where a folder lies in its file system, and what below it is something else.
package struct FolderPlace: Sendable, Equatable {
  /// The subvolume's path from the top level: its flat name, when it lies there.
  package let subvolume: FilePath
  /// From the subvolume's root; empty for that root.
  package let inside: FilePath

  /// `mounted` is what of the file system lies at `point`.
  package init?(folder: FilePath, mounted: FilePath, at point: FilePath, subvolume: FilePath) {
    guard let below = folder.relative(to: point) else { return nil }
    let root = FilePath("/").pushing(subvolume)
    let place = mounted.pushing(below)
    guard let inside = place.relative(to: root) else { return nil }
    self.subvolume = subvolume
    self.inside = inside
  }

  /// The outermost of `paths` that lie below `folder`, relative to it.
  package static func outermost(_ paths: [FilePath], below folder: FilePath) -> [FilePath] {
    let below = paths.compactMap { $0.relative(to: folder) }.filter { !$0.isEmpty }
    return Set(below).filter { path in
      !below.contains { $0 != path && path.relative(to: $0) != nil }
    }.sorted { $0.string < $1.string }
  }
}
