import FileTrees

/// Pairs the inodes of files with several names on two machines, to find names that are one file on
/// one machine and two files on the other.
struct LinkPairs {
  private var there: [UInt64: UInt64] = [:]
  private var here: [UInt64: UInt64] = [:]

  /// Adds one name; returns false when an earlier name of either inode was paired with another one.
  mutating func add(_ here: Entry, _ there: Entry) -> Bool {
    guard here.kind != .directory, max(here.links, there.links) > 1 else { return true }
    if let known = self.there[here.inode], known != there.inode { return false }
    if let known = self.here[there.inode], known != here.inode { return false }
    self.there[here.inode] = there.inode
    self.here[there.inode] = here.inode
    return true
  }
}
