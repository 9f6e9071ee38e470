package import FileTrees

/// Something about an entry in which the target can differ from the source.
package enum EntryTrait: String, Sendable {
  case kind, permissions, owner, group, size, content
  case modified = "time of modification"
  case linkTarget = "link target"
  case device = "device number"
  case extended = "extended attributes"
  /// One file under several names on one machine, several files on the other.
  case links = "hard links"

  /// Compares two entries in everything but hard links and the content of a file.
  ///
  /// The permissions of a symbolic link mean nothing. Another kind makes everything else another.
  package static func differing(_ here: Entry, _ there: Entry) -> [EntryTrait] {
    if here.kind != there.kind { return [.kind] }
    let (mine, other) = (here.attributes, there.attributes)
    let equal: [(EntryTrait, Bool)] = [
      (.permissions, mine.permissions == other.permissions || here.kind == .symlink),
      (.owner, mine.owner == other.owner), (.group, mine.group == other.group),
      (.modified, mine.modified == other.modified), (.size, here.size == there.size),
      (.linkTarget, here.linkTarget == there.linkTarget), (.device, here.device == there.device),
      (.extended, mine.extended == other.extended),
    ]
    return equal.filter { !$0.1 }.map(\.0)
  }
}
