package import FileTrees
import PCSCore
package import SystemPackage

/// Recognizes deletions that are moves, where no snapshots tell: something alike comes under another
/// path.
package struct MovedEntries {
  private struct Likeness: Hashable {
    var kind: EntryKind
    var size: UInt64
    /// A file keeps its time when it moves, a directory its name.
    var modified: FileTime?
    var name: [UInt8]?

    init(_ path: FilePath, _ entry: Entry) {
      kind = entry.kind
      size = entry.size
      if kind == .directory {
        name = path.lastComponent.map { FilePath(root: nil, [$0]).bytes }
      } else {
        modified = entry.attributes.modified
      }
    }
  }

  private var arrivals: [Likeness: Int] = [:]

  package init() {}

  /// Adds something new.
  package mutating func add(_ path: FilePath, _ entry: Entry) {
    arrivals[Likeness(path, entry), default: 0] += 1
  }

  /// Whether what is deleted has come under another path; each arrival stands for one deletion.
  package mutating func take(_ path: FilePath, _ entry: Entry?) -> Bool {
    guard let entry else { return false }
    let likeness = Likeness(path, entry)
    guard let count = arrivals[likeness], count > 0 else { return false }
    arrivals[likeness] = count - 1
    return true
  }
}
