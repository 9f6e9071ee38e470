package import FileTrees
import LiveCommit
package import PCSCore
package import SystemPackage

extension Change {
  /// A change that a dry run shows, at a path from the root of the subvolume; nil where neither
  /// machine has anything there.
  static func planned(at place: FilePath, here: Entry?, there: Entry?) -> Change? {
    guard let entry = here ?? there else { return nil }
    let operation: Operation =
      switch (here, there) {
      case (nil, _): .deleted
      case (_, nil): .created
      case (let here?, let there?): here.hasSameContent(as: there) ? .metadata : .modified
      }
    let size = operation == .created || operation == .modified
    return Change(
      operation, path: place, kind: entry.kind.text,
      size: size && entry.kind == .file ? entry.size : nil, isPlanned: true)
  }
}

extension Change {
  /// The change that a difference between the machines comes to; `inside` is the folder's place in
  /// its subvolume.
  package static func planned(
    _ difference: TreeComparison.Difference, below inside: FilePath
  ) -> Change? {
    planned(
      at: inside.pushing(difference.path), here: difference.here, there: difference.there)
  }
}

extension Entry {
  /// Whether only attributes differ; equal size and time of modification count as equal content.
  package func hasSameContent(as other: Entry) -> Bool {
    kind == other.kind && linkTarget == other.linkTarget && device == other.device
      && (kind != .file || size == other.size && attributes.modified == other.attributes.modified)
  }
}

extension MirrorPlan {
  /// The changes that a dry run shows; `there` has the target's entries at the paths of the plan,
  /// `inside` is the folder's place in its subvolume.
  package func changes(there: [FilePath: Entry], below inside: FilePath) -> [Change] {
    let kept = changes.kept.map { copy in
      Change(
        .renamed, path: inside.pushing(copy.copy), from: inside.pushing(copy.path),
        kind: there[copy.path]?.kind.text, isPlanned: true)
    }
    let moved = Set(changes.kept.map(\.path))
    let deleted = changes.deletions.filter { !moved.contains($0) }.compactMap { path in
      Change.planned(at: inside.pushing(path), here: nil, there: there[path])
    }
    let set = changes.settings.compactMap { setting in
      let place = inside.pushing(setting.path)
      guard let existing = setting.linkedTo else {
        return Change.planned(at: place, here: setting.entry, there: there[setting.path])
      }
      return Change(
        .linked, path: place, from: inside.pushing(existing), kind: setting.entry.kind.text,
        isPlanned: true)
    }
    let sent = sent.map { Change(.created, path: inside.pushing($0.copy), isPlanned: true) }
    return kept + deleted + set + sent
  }
}
