import FileTrees

/// Pairs the inodes of files with several names on two machines.
struct VerifiedLinks {
  enum Verdict {
    /// The first name of a file, on both machines.
    case first
    /// One more name of a file that was met on both machines.
    case again
    /// One more name on one machine, of another file on the other.
    case differs
  }

  private struct Pair {
    let there: UInt64
    /// How many names were met.
    var names: UInt64 = 1
  }

  /// By the inode here.
  private var pairs: [UInt64: Pair] = [:]
  /// The inode here by the one there.
  private var here: [UInt64: UInt64] = [:]

  /// Adds one name; a file of which every name was met is forgotten.
  mutating func add(_ here: Entry, _ there: Entry) -> Verdict {
    let names = max(here.links, there.links)
    guard here.kind != .directory, names > 1 else { return .first }
    guard var pair = pairs[here.inode] else {
      if self.here[there.inode] != nil { return .differs }
      pairs[here.inode] = Pair(there: there.inode)
      self.here[there.inode] = here.inode
      return .first
    }
    guard pair.there == there.inode else { return .differs }
    pair.names += 1
    pairs[here.inode] = pair.names < names ? pair : nil
    if pair.names == names { self.here[there.inode] = nil }
    return .again
  }
}
