package import FileTrees
import LiveCommit
package import SystemPackage

/// Decides of which changed files only the ranges are sent that were written since the base.
///
/// The target's version has to be the one in the base: nothing found there is about it, and no
/// earlier sync has left it different.
package struct ChangedContents {
  /// Smaller files are sent whole.
  package static let smallest: UInt64 = 1 << 20
  /// The target compares its own with the content of smaller files, whatever is known of them.
  package static let leastUnread: UInt64 = 64 << 20

  private let written: [FilePath: [Range<UInt64>]]
  private let base: EntryTree
  private let there: Set<FilePath>
  private let left: Set<FilePath>
  private let unread: Set<FilePath>

  /// At the paths `there` the target was found to differ from the base.
  ///
  /// At those in `left` the last sync left it different. `unread` are files of the base of which no
  /// sync has sent or read the content.
  package init(
    _ written: [FilePath: [Range<UInt64>]], base: EntryTree, there: Set<FilePath>,
    left: Set<FilePath>, unread: Set<FilePath>
  ) {
    self.written = written
    self.base = base
    self.there = there
    self.left = left
    self.unread = unread
  }

  /// Gives files of a plan their bases.
  package func addBases(to plan: inout MirrorPlan) throws {
    if written.isEmpty { return }
    var places = RenamedPaths()
    for rename in plan.changes.renames { places.add(from: rename.from, to: rename.to) }
    for index in plan.changes.settings.indices {
      let setting = plan.changes.settings[index]
      guard let ranges = ranges(of: setting), let origin = places.origin(of: setting.path),
        !mayDiffer(setting.path), !mayDiffer(origin),
        let found = try found(setting, at: origin)
      else { continue }
      plan.changes.settings[index].base = found
      plan.written[setting.path] = ranges
    }
  }

  /// The ranges of a file to send; nil where they are not known, or most of it.
  private func ranges(of setting: FolderChanges.Setting) -> [Range<UInt64>]? {
    let size = setting.entry.size
    guard setting.hasContent, setting.entry.links == 1, size >= Self.smallest,
      let ranges = written[setting.path]?.cut(at: size), ranges.bytes < size / 2
    else { return nil }
    return ranges
  }

  private func mayDiffer(_ path: FilePath) -> Bool {
    there.contains(path) || path.selfAndAround.contains(where: left.contains)
  }

  private func found(
    _ setting: FolderChanges.Setting, at origin: FilePath
  ) throws -> FolderChanges.Base? {
    guard let handle = try base.handle(at: origin) else { return nil }
    let entry = try handle.read()
    guard entry.kind == .file, entry.inode == setting.entry.inode, entry.links == 1,
      entry.size >= Self.smallest
    else { return nil }
    let isRead = entry.size >= Self.leastUnread && !unread.contains(origin)
    return FolderChanges.Base(
      size: entry.size, modified: entry.attributes.modified,
      digest: isRead ? nil : try ContentDigest(of: handle))
  }
}

extension [Range<UInt64>] {
  /// What lies before `end`.
  func cut(at end: UInt64) -> [Range<UInt64>] {
    map { $0.clamped(to: 0..<end) }.filter { !$0.isEmpty }
  }

  var bytes: UInt64 { reduce(0) { $0 + UInt64($1.count) } }
}
