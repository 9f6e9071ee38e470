package import FileTrees
import LiveCommit
import PCSCore
package import SystemPackage

/// A large file that is not as on the target, of which both versions are read to find out where.
package struct ComparedFile: Sendable, Equatable {
  /// Its place among the settings of the plan.
  let index: Int
  package let path: FilePath
  /// The target's version.
  package let there: Entry
  package let blockSize: UInt64
}

extension MirrorPlan {
  /// The files that are to be compared block by block: `there` is what the target has at a path.
  package func filesToCompare(_ there: (FilePath) -> Entry?) -> [ComparedFile] {
    changes.settings.enumerated().compactMap { index, setting in
      guard setting.hasContent, setting.base == nil, setting.entry.links == 1,
        setting.entry.size >= ChangedContents.smallest, let old = there(setting.path),
        old.kind == .file, old.links == 1, old.size >= ChangedContents.smallest
      else { return nil }
      return ComparedFile(
        index: index, path: setting.path, there: old,
        blockSize: BlockDigests.blockSize(of: max(setting.entry.size, old.size)))
    }
  }

  /// Sends the blocks alone that differ, unless all do.
  package mutating func compare(
    _ file: ComparedFile, here: BlockDigests, there: BlockDigests
  ) {
    guard there.size == file.there.size else { return }
    let ranges = here.ranges(notIn: there)
    guard ranges.bytes < changes.settings[file.index].entry.data else { return }
    changes.settings[file.index].base = FolderChanges.Base(
      size: file.there.size, modified: file.there.attributes.modified)
    written[file.path] = ranges
  }
}
