import FileTrees
import LiveCommit
import PCSCore
package import SystemPackage

/// The files of one folder that interrupted syncs have brought to the target already.
package struct ReceivedFiles {
  /// A file that is reused.
  struct Reuse: Equatable {
    var file: ReusedFile
    /// The ranges that are sent; nil for a file that is whole.
    var ranges: [Range<UInt64>]?
  }

  private var lists: [(list: ReceivedList, changes: ChangesSinceReceived?)] = []
  var partial: [FilePath: Reuse] = [:]
  private let digests = LargeDigests()
  /// The folder's path in the target's subvolume.
  let place: FilePath

  package init(place: FilePath) { self.place = place }

  /// Adds what a sync received; `changes` are those of the folder since, where they are known.
  ///
  /// A list that was added first wins.
  package mutating func add(_ list: ReceivedList, _ changes: ChangesSinceReceived?) {
    lists.append((list, changes))
  }

  /// Finds the file at a path of the folder among those that were received; nil when it has to be
  /// sent whole.
  ///
  /// `content` reads it.
  func reuse(
    _ path: FilePath, _ entry: Entry, content: () throws -> ContentDigest
  ) throws -> Reuse? {
    guard Self.canBeReused(entry) else { return nil }
    var digest = digests.found[path]
    for (list, changes) in lists {
      guard let (key, old) = key(path, entry, list, changes) else { continue }
      let isThere = try list.has(key) {
        let found = try digest ?? content()
        digest = found
        if entry.size >= ChangedContents.smallest { digests.found[path] = found }
        return found
      }
      guard isThere else { continue }
      let from = old == path ? nil : place.pushing(old)
      return Reuse(file: ReusedFile(session: list.session, path: from, isWhole: true))
    }
    return partial[path]
  }

  /// Whether the file at a path is reused without being read here.
  func isReusedUnread(_ path: FilePath, _ entry: Entry) -> Bool {
    guard Self.canBeReused(entry) else { return false }
    return lists.contains { list, changes in
      guard !list.readsContent, let (key, _) = key(path, entry, list, changes) else { return false }
      return list.has(key)
    }
  }

  private static func canBeReused(_ entry: Entry) -> Bool {
    entry.kind == .file && entry.links == 1 && entry.size > 0
  }

  /// The key that a file has in a list, and the path that it had by then; nil when it cannot be
  /// there, or may have another content.
  private func key(
    _ path: FilePath, _ entry: Entry, _ list: ReceivedList, _ changes: ChangesSinceReceived?
  ) -> (ReceivedKey, old: FilePath)? {
    if !list.readsContent, changes?.mayDiffer(path) ?? true { return nil }
    guard let old = changes.map({ $0.origin(of: path) }) ?? path else { return nil }
    let digest = ContentDigest(of: place.pushing(old).bytes)
    return (
      ReceivedKey(path: digest, size: entry.size, modified: entry.attributes.modified), old
    )
  }
}

/// The digests of large files, which are looked up twice.
private final class LargeDigests {
  var found: [FilePath: ContentDigest] = [:]
}
