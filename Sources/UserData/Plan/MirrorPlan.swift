import FileTrees
package import LiveCommit
package import SystemPackage

/// What makes one folder of the target as it is in the source's snapshot.
package struct MirrorPlan: Sendable, Equatable {
  /// A path that somebody changed on the target, not in the way in which it changed here.
  package struct Clash: Sendable, Equatable {
    package var path: FilePath
    package var here: String
    package var there: String
    package var use: Preference
  }

  package var changes = FolderChanges()
  /// The source's versions that go to the target under another name.
  package var sent: [FolderChanges.Copy] = []
  /// The sums of the new directories that are sent with everything in them.
  package var sums: [FilePath: TreeSum] = [:]
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
    changes.isEmpty && sent.isEmpty
  }

  /// Leaves out the deletion of directories that stay for what is excluded in them.
  package mutating func keep(_ staying: Set<FilePath>) {
    changes.deletions.removeAll(where: staying.contains)
  }

  package var stops: Bool { clashes.contains { $0.use == .stop } }

  /// What the content that is sent takes at most, in bytes; holes take nothing.
  package var bytes: UInt64 {
    changes.settings.reduce(sums.values.reduce(0) { $0 + $1.allocated }) { sum, setting in
      guard setting.hasContent else { return sum }
      return sum + (writtenBytes(of: setting) ?? setting.entry.allocatedAtMost)
    }
  }

  /// Bytes that are sent of a file with a base; nil for one that is sent whole.
  func writtenBytes(of setting: FolderChanges.Setting) -> UInt64? {
    setting.base.map { _ in written[setting.path, default: []].bytes }
  }
}

extension [MirrorPlan] {
  /// True when the plans are small enough to be sent without waiting for the target's decision.
  package var areLittle: Bool {
    allSatisfy { $0.changes.settings.allSatisfy { $0.base == nil } }
      && reduce(0) { $0 + $1.amount.entries } <= 1000
      && reduce(0) { $0 + $1.amount.bytes } <= 2 << 20
  }
}
