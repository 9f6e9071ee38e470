import CBtrfs
import FileTrees
import PCSCore
import SystemPackage

extension Subvolume {
  /// The subvolume that this is a snapshot of; nil when it is gone.
  func origin(seenFrom directory: Directory) throws(BtrfsError) -> SubvolumeIdentity? {
    guard !parentUUID.isZero, let id = try Self.id(of: parentUUID, seenFrom: directory) else {
      return nil
    }
    let fileSystem = try FileSystem(holding: directory).id
    return SubvolumeIdentity(fileSystem: fileSystem.description, id: id)
  }

  /// The id of the subvolume with a UUID, as the file system's tree of UUIDs has it; nil where there
  /// is none.
  static func id(of uuid: UUID, seenFrom directory: Directory) throws(BtrfsError) -> UInt64? {
    let halves = uuid.bytes.withUnsafeBytes { bytes in
      [0, 8].map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)) }
    }
    var search = TreeSearch()
    search.tree = UInt64(BTRFS_UUID_TREE_OBJECTID)
    search.first = TreeSearch.Key(
      object: halves[0], type: UInt32(BTRFS_UUID_KEY_SUBVOL), offset: halves[1])
    search.last = search.first
    var id: UInt64?
    try search.forEach(in: directory) { item in
      id = item.number(at: 0)
      return false
    }
    return id
  }
}
