package import FileTrees
package import SystemPackage

/// The changes that make one folder of a live subvolume as it is to be.
///
/// Paths are relative to the folder.
package struct FolderChanges: Sendable, Equatable {
  /// An entry that is to be there with these attributes.
  package struct Setting: Sendable, Equatable {
    package var path: FilePath
    package var entry: Entry
    /// Whether the content of the file is sent.
    package var hasContent: Bool
    /// Another name of the same file, which comes before this one.
    package var linkedTo: FilePath?
    /// The version of the file to begin with; nil when all of its content is sent.
    package var base: Base?

    package init(path: FilePath, entry: Entry, hasContent: Bool, linkedTo: FilePath? = nil) {
      self.path = path
      self.entry = entry
      self.hasContent = hasContent
      self.linkedTo = linkedTo
    }
  }

  /// The content of a file before, which both machines have.
  package struct Base: Sendable, Equatable {
    package var size: UInt64
    package var modified: FileTime
    /// The digest that the live file must have; nil where an earlier sync has sent or read it.
    package var digest: ContentDigest?

    package init(size: UInt64, modified: FileTime, digest: ContentDigest? = nil) {
      self.size = size
      self.modified = modified
      self.digest = digest
    }
  }

  /// A new directory that is sent with everything in it.
  ///
  /// Its entries are read when they are sent: none is held until then.
  package struct Tree: Sendable, Equatable {
    package var path: FilePath
    package var entry: Entry

    package init(path: FilePath, entry: Entry) {
      self.path = path
      self.entry = entry
    }
  }

  /// A version that lost, and the name of the copy that is kept of it.
  package struct Copy: Sendable, Equatable {
    package var path: FilePath
    package var copy: FilePath

    package init(path: FilePath, copy: FilePath) {
      self.path = path
      self.copy = copy
    }
  }

  package var renames: [Rename] = []
  /// Live versions that are kept under another name.
  package var kept: [Copy] = []
  /// What lies in a directory before the directory.
  package var deletions: [FilePath] = []
  /// A directory before what lies in it.
  package var settings: [Setting] = []
  /// In the order of their paths; none is in another one, or in what only the changes name.
  package var trees: [Tree] = []
  /// Inode flags that files and directories are to have, where they are to have any.
  package var flags: [FilePath: UInt32] = [:]

  package init() {}

  package var isEmpty: Bool {
    renames.isEmpty && kept.isEmpty && deletions.isEmpty && settings.isEmpty && trees.isEmpty
  }
}
