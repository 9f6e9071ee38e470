import CBtrfs
import FileTrees
import SystemPackage

/// Whether two subvolumes come from one, however many snapshots of snapshots lie between, and
/// whether or not those are still there.
enum CommonOrigin {
  static func exists(of one: ComparedSnapshot, _ other: ComparedSnapshot) throws -> Bool {
    // A snapshot keeps the inode of the root as it was made with the subvolume: what tells them is
    // when that was.
    guard try Birth(of: one.root) == Birth(of: other.root) else { return false }
    let (one, other, root) = (one.subvolume, other.subvolume, one.root)
    if isParent(one, of: other) || isParent(other, of: one) { return true }
    if !one.parentUUID.isZero, one.parentUUID == other.parentUUID { return true }
    // Two may have been made in one moment.
    let topLevel = try Subvolume(Subvolume.topLevelID, seenFrom: root)
    let all = try NestedSubvolumes.all(in: topLevel, seenFrom: root).map(\.subvolume) + [topLevel]
    let parents = Dictionary(all.map { ($0.uuid, $0.parentUUID) }, uniquingKeysWith: { $1 })
    guard let first = ancestors(one.uuid, parents), let second = ancestors(other.uuid, parents)
    else { return true }
    return !first.isDisjoint(with: second)
  }

  private static func isParent(_ one: Subvolume, of other: Subvolume) -> Bool {
    one.uuid == other.parentUUID
  }

  /// A subvolume and all it is a snapshot of; nil when one of them is no longer there to tell what
  /// it was a snapshot of.
  static func ancestors(_ uuid: UUID, _ parents: [UUID: UUID]) -> Set<UUID>? {
    var found: Set<UUID> = []
    var next = uuid
    while !next.isZero, found.insert(next).inserted {
      guard let parent = parents[next] else { return nil }
      next = parent
    }
    return found
  }

  /// When a subvolume was made that was no snapshot.
  private struct Birth: Equatable {
    let generation: UInt64
    let seconds: UInt64
    let nanoseconds: UInt32

    init(of root: Directory) throws(BtrfsError) {
      let item = try InodeItem.read(UInt64(BTRFS_FIRST_FREE_OBJECTID), in: root)
      generation = item.generation
      seconds = item.creationSeconds
      nanoseconds = item.creationNanoseconds
    }
  }
}
