package import SystemPackage

/// One difference in a folder between two snapshots of its subvolume, by its place in the folder.
package struct FolderChange: Sendable, Equatable {
  package enum Operation: Sendable, Equatable {
    /// New, or of other content.
    case content
    /// A further name of a file whose content is as it was.
    case linked
    /// The same content under other attributes.
    case attributes
    /// Nothing but times.
    case times
    case deleted
    /// Where it was in the base.
    case renamed(from: FilePath)
  }

  package let operation: Operation
  /// Relative to the folder; where it was, of what is deleted.
  package let path: FilePath
  package let isDirectory: Bool
  /// Whether a sync with the same peer wrote it that did not come to its end: it is nobody's change.
  package var isOwn = false
  /// The ranges of a file outside of which its content is as in the base; nil where nothing is known
  /// of any.
  package let written: [Range<UInt64>]?

  package init(
    _ operation: Operation, _ path: FilePath, isDirectory: Bool, written: [Range<UInt64>]? = nil
  ) {
    self.operation = operation
    self.path = path
    self.isDirectory = isDirectory
    self.written = written
  }
}
