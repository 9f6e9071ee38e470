import CBtrfs
package import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// A btrfs subvolume, as libbtrfsutil's `btrfs_util_subvolume_info` knows it.
package struct Subvolume: Sendable, Equatable {
  /// The id of the top level (`BTRFS_FS_TREE_OBJECTID`).
  package static let topLevelID: UInt64 = 5

  package let id: UInt64
  /// The subvolume that contains this one; 0 for the top level and for one that is being deleted.
  package let parentID: UInt64
  package let uuid: UUID
  /// The subvolume this is a snapshot of.
  package let parentUUID: UUID
  package let isReadOnly: Bool
  /// The transaction that last changed the content (`ctransid`).
  ///
  /// In a snapshot that stays read-only it remains what it was, so with `uuid` it identifies the
  /// content; what the kernel calls the generation changes with every snapshot that is made of it.
  package let generation: UInt64
  /// When it was made, in seconds since 1970.
  package let creation: Int64
  /// The nanoseconds beside `creation`.
  package let creationNanoseconds: UInt32

  /// The subvolume whose root is open; throws `notSubvolume` for a plain directory.
  package init(at directory: Directory) throws(BtrfsError) {
    let descriptor = directory.descriptor.rawValue
    try BtrfsError.check(directory.path, btrfs_util_is_subvolume_fd(descriptor))
    var id: UInt64 = 0
    try BtrfsError.check(directory.path, btrfs_util_subvolume_id_fd(descriptor, &id))
    try self.init(id, seenFrom: directory)
  }

  /// Whether an open directory is the root of a subvolume.
  package static func isRoot(_ directory: Directory) throws(BtrfsError) -> Bool {
    let result = btrfs_util_is_subvolume_fd(directory.descriptor.rawValue)
    if result == BTRFS_UTIL_ERROR_NOT_SUBVOLUME { return false }
    try BtrfsError.check(directory.path, result)
    return true
  }

  /// The subvolume number `id` of the file system that holds `directory`.
  package init(_ id: UInt64, seenFrom directory: Directory) throws(BtrfsError) {
    var info = btrfs_util_subvolume_info()
    try BtrfsError.check(
      directory.path, btrfs_util_subvolume_info_fd(directory.descriptor.rawValue, id, &info))
    self.init(info)
  }

  init(_ info: btrfs_util_subvolume_info) {
    id = info.id
    parentID = info.parent_id
    uuid = UUID(copying: info.uuid)
    parentUUID = UUID(copying: info.parent_uuid)
    // BTRFS_ROOT_SUBVOL_RDONLY
    isReadOnly = info.flags & 1 != 0
    generation = info.ctransid
    creation = Int64(info.otime.tv_sec)
    creationNanoseconds = UInt32(info.otime.tv_nsec)
  }

  /// The id of the subvolume that an open file or directory belongs to.
  package static func id(holding directory: Directory) throws(BtrfsError) -> UInt64 {
    guard try FileSystem.isBtrfs(directory.descriptor, directory.path) else {
      throw .notBtrfs(directory.path)
    }
    var id: UInt64 = 0
    try BtrfsError.check(
      directory.path, btrfs_util_subvolume_id_fd(directory.descriptor.rawValue, &id))
    return id
  }

  /// The ids of the subvolumes around `directory`, from the one it belongs to up to the top level.
  package static func idsAround(_ directory: Directory) throws(BtrfsError) -> [UInt64] {
    var ids = [try id(holding: directory)]
    while let last = ids.last, last != topLevelID {
      let parent = try Subvolume(last, seenFrom: directory).parentID
      if parent == 0 { break }
      ids.append(parent)
    }
    return ids
  }

  /// Takes a snapshot of the subvolume that is open as `source`, as `btrfs subvolume snapshot`
  /// does.
  package static func snapshot(
    _ source: Directory, in place: Directory, _ name: String, isReadOnly: Bool
  ) throws(BtrfsError) {
    let flags = isReadOnly ? CInt(BTRFS_UTIL_CREATE_SNAPSHOT_READ_ONLY) : 0
    let (from, to) = (source.descriptor.rawValue, place.descriptor.rawValue)
    try BtrfsError.check(
      place.path.appending(name), btrfs_util_create_snapshot_fd2(from, to, name, flags, nil, nil))
  }

  /// Makes the subvolume whose root is open read-only, once all of it is on disk.
  package static func makeReadOnly(_ root: Directory) throws(BtrfsError) {
    try root.syncFileSystem()
    try BtrfsError.check(
      root.path, btrfs_util_set_subvolume_read_only_fd(root.descriptor.rawValue, true))
  }

  /// Deletes the subvolume `name` of `place`, as `btrfs subvolume delete` does; its space becomes
  /// free later.
  package static func delete(
    _ name: String, in place: Directory, withNested: Bool = false
  ) throws(BtrfsError) {
    let flags = withNested ? CInt(BTRFS_UTIL_DELETE_SUBVOLUME_RECURSIVE) : 0
    let folder = place.descriptor.rawValue
    try BtrfsError.check(
      place.path.appending(name), btrfs_util_delete_subvolume_fd(folder, name, flags))
  }
}
