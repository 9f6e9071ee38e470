package import FileTrees
import LiveCommit
package import PCSCore
package import SystemPackage

/// What a first sync does to one folder of the target: what comes, what is replaced, and what is
/// deleted.
package struct FirstSyncList: Sendable, Equatable {
  /// Names that are shown of each sort.
  package static let shown = 10

  /// Entries of one sort.
  package struct Part: Sendable, Equatable {
    package private(set) var count = 0
    /// Of files, as they are on the machine that has them.
    package private(set) var bytes: UInt64 = 0
    package private(set) var names: [FilePath] = []

    fileprivate mutating func add(_ path: FilePath, _ entry: Entry, _ sum: TreeSum? = nil) {
      count += 1 + (sum?.entries ?? 0)
      bytes += entry.size + (sum?.bytes ?? 0)
      if names.count < FirstSyncList.shown { names.append(path) }
    }
  }

  package private(set) var comes = Part()
  package private(set) var replaced = Part()
  package private(set) var deleted = Part()
  /// Entries of which nothing but attributes changes.
  package private(set) var adjusted = Part()
  /// What the content that is sent takes at most on the disk, in bytes.
  package private(set) var needed: UInt64 = 0
  /// Names that come, less those that go, by their hash: a name in both places was probably moved.
  private var names: [Int: Int] = [:]

  package init() {}

  /// The list that a plan comes to; `there` has the target's entries at its paths.
  package init(_ plan: MirrorPlan, there: [FilePath: Entry]) {
    for path in plan.changes.deletions {
      add(TreeComparison.Difference(path: path, here: nil, there: there[path]))
    }
    for setting in plan.changes.settings {
      let path = setting.path
      add(TreeComparison.Difference(path: path, here: setting.entry, there: there[path]))
    }
    for tree in plan.changes.trees {
      add(TreeComparison.Difference(path: tree.path, here: tree.entry, sum: plan.sums[tree.path]))
    }
  }

  /// How many deleted entries have no namesake among the new ones.
  package var lost: Int { names.values.reduce(0) { $0 + max(0, -$1) } }

  package var isEmpty: Bool {
    comes.count + replaced.count + deleted.count + adjusted.count == 0
  }

  package mutating func add(_ difference: TreeComparison.Difference) {
    let path = difference.path
    let name = path.lastComponent.hashValue
    switch (difference.here, difference.there) {
    case (let here?, nil):
      comes.add(path, here, difference.sum)
      names[name, default: 0] += 1
      count(here)
      needed += difference.sum?.allocated ?? 0
    case (nil, let there?):
      deleted.add(path, there)
      names[name, default: 0] -= 1
    case (let here?, let there?) where here.hasSameContent(as: there): adjusted.add(path, there)
    case (let here?, let there?):
      replaced.add(path, there)
      count(here)
    case (nil, nil): break
    }
  }

  private mutating func count(_ entry: Entry) {
    guard entry.kind == .file else { return }
    needed += entry.allocatedAtMost
  }
}

extension FirstSyncList {
  /// For people: `/home: 1204 entries come (3.2 GiB); 2 are replaced: a, b; nothing is deleted`.
  package func text(for folder: FilePath) -> String {
    if isEmpty { return "\(folder): nothing to do: it is equal on both machines" }
    let comes =
      comes.count == 0
      ? "nothing comes" : "\(Self.entries(comes.count)) (\(Size.text(comes.bytes)))"
    return "\(folder): \(comes); \(Self.text(replaced, "replaced")); "
      + Self.text(deleted, "deleted")
  }

  private static func text(_ part: Part, _ what: String) -> String {
    if part.count == 0 { return "nothing is \(what)" }
    let names = part.names.map { WirePath($0).text }.joined(separator: ", ")
    let more = part.count - part.names.count
    return "\(part.count) \(part.count == 1 ? "is" : "are") \(what) (\(Size.text(part.bytes))): "
      + names + (more > 0 ? " and \(more) more" : "")
  }

  private static func entries(_ count: Int) -> String {
    count == 1 ? "1 entry comes" : "\(count) entries come"
  }

  package var facts: [String: JSON] {
    [
      "comes": .integer(Int64(comes.count)), "bytes": .integer(Int64(clamping: comes.bytes)),
      "replaced": .integer(Int64(replaced.count)), "deleted": .integer(Int64(deleted.count)),
      "deleted_bytes": .integer(Int64(clamping: deleted.bytes)),
    ]
  }
}
