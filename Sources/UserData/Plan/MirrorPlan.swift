package import FileTrees
package import SystemPackage

/// What makes one folder of the target as it is in the source's snapshot.
package struct MirrorPlan: Sendable, Equatable {
  /// Something that is to be on the target as it is here.
  package struct Setting: Sendable, Equatable {
    package var path: FilePath
    package var entry: Entry
    /// Whether the content of the file is sent.
    package var hasContent: Bool
    /// Another name of the same file, which comes before this one.
    package var linkedTo: FilePath?
    /// The version of the file that the target begins with; nil when all of its content is sent.
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
    /// What the target compares its own with; nil where an earlier sync has sent or read it.
    package var digest: ContentDigest?

    package init(size: UInt64, modified: FileTime, digest: ContentDigest? = nil) {
      self.size = size
      self.modified = modified
      self.digest = digest
    }
  }

  /// A directory that only the source has, and that is sent with everything in it.
  ///
  /// Its entries are read when they are sent: none is held until then.
  package struct Tree: Sendable, Equatable {
    package var path: FilePath
    package var entry: Entry
    package var sum: TreeSum

    package init(path: FilePath, entry: Entry, sum: TreeSum = TreeSum()) {
      self.path = path
      self.entry = entry
      self.sum = sum
    }
  }

  /// A version that lost and is kept beside the one that won.
  package struct Copy: Sendable, Equatable {
    package var path: FilePath
    package var copy: FilePath

    package init(path: FilePath, copy: FilePath) {
      self.path = path
      self.copy = copy
    }
  }

  /// A path that somebody changed on the target, not in the way in which it changed here.
  package struct Clash: Sendable, Equatable {
    package var path: FilePath
    package var here: String
    package var there: String
    package var use: Preference
  }

  package var renames: [Rename] = []
  /// The target's versions that are kept under another name.
  package var kept: [Copy] = []
  /// The source's versions that go to the target under another name.
  package var sent: [Copy] = []
  /// What lies in a directory before the directory.
  package var deletions: [FilePath] = []
  /// A directory before what lies in it.
  package var settings: [Setting] = []
  /// In the order of their paths; none is in another one, or in what only the plan names.
  package var trees: [Tree] = []
  /// Flags of inodes that files and directories have here, where they have any.
  package var flags: [FilePath: UInt32] = [:]
  /// The ranges of files with a base that are sent, ascending and within the file.
  package var written: [FilePath: [Range<UInt64>]] = [:]
  package var clashes: [Clash] = []
  /// What stays different on the target because somebody said so.
  package var left: [FilePath] = []
  /// What of the target stays with all that is in it: nothing can come below.
  package var staying: Set<FilePath> = []
  /// Versions that were kept on the target and have not come here yet.
  package var protected: [FilePath] = []
  /// Paths that are too long for a sync, on either machine.
  package var tooLong: [FilePath] = []
  /// Directories that stay because of what is in them.
  package var keptDirectories: [FilePath] = []

  package init() {}

  package var isEmpty: Bool {
    renames.isEmpty && kept.isEmpty && sent.isEmpty && deletions.isEmpty && settings.isEmpty
      && trees.isEmpty
  }

  /// Leaves out the deletion of directories that stay for what is excluded in them.
  package mutating func keep(_ staying: Set<FilePath>) {
    deletions.removeAll(where: staying.contains)
  }

  package var stops: Bool { clashes.contains { $0.use == .stop } }

  /// What the content that is sent takes at most, in bytes; holes take nothing.
  package var bytes: UInt64 {
    settings.reduce(trees.reduce(0) { $0 + $1.sum.allocated }) { sum, setting in
      guard setting.hasContent else { return sum }
      return sum + (writtenBytes(of: setting) ?? setting.entry.allocatedAtMost)
    }
  }

  /// Bytes that are sent of a file with a base; nil for one that is sent whole.
  func writtenBytes(of setting: Setting) -> UInt64? {
    setting.base.map { _ in written[setting.path, default: []].bytes }
  }
}

extension [MirrorPlan] {
  /// True when the plans are small enough to be sent without waiting for the target's decision.
  package var areLittle: Bool {
    allSatisfy { $0.settings.allSatisfy { $0.base == nil } }
      && reduce(0) { $0 + $1.amount.entries } <= 1000
      && reduce(0) { $0 + $1.amount.bytes } <= 2 << 20
  }
}
