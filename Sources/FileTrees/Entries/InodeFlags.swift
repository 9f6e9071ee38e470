import CLinux
import Glibc
package import PCSCore
package import SystemPackage

/// The flags of an inode that `chattr(1)` sets, and which of them a copy is to have.
package enum InodeFlags {
  /// FS_SYNC_FL, FS_NODUMP_FL, FS_NOATIME_FL, FS_COMPR_FL, FS_NOCOMP_FL, FS_NOCOW_FL,
  /// FS_DIRSYNC_FL: what keeps nobody from putting the entry in place.
  private static let carried: UInt32 =
    0x8 | 0x40 | 0x80 | 0x4 | 0x400 | 0x80_0000 | 0x1_0000

  /// FS_IMMUTABLE_FL, FS_APPEND_FL.
  private static let locking: UInt32 = 0x10 | 0x20
  /// FS_NOCOW_FL, which a file takes only as long as it is empty.
  package static let noCopyOnWrite: UInt32 = 0x80_0000

  package static func of(_ descriptor: FileDescriptor) -> UInt32? {
    var flags: UInt32 = 0
    return pcs_get_inode_flags(descriptor.rawValue, &flags) == 0 ? flags : nil
  }

  /// Those of a file or directory that the target is told of; none for anything else.
  package static func toTell(_ handle: EntryHandle, _ kind: EntryKind) -> UInt32 {
    guard kind == .file || kind == .directory, let descriptor = try? handle.open(O_RDONLY) else {
      return 0
    }
    defer { try? descriptor.close() }
    return toTell(descriptor)
  }

  /// The same of an open file or directory.
  package static func toTell(_ descriptor: FileDescriptor) -> UInt32 {
    (of(descriptor) ?? 0) & (carried | locking)
  }

  /// Whether a file with `present` flags is to be made again to have the `wanted` ones: a flag cannot
  /// be added to it, or is to be taken away.
  ///
  /// btrfs sets FS_NOCOMP_FL by itself.
  package static func needNewFile(_ wanted: UInt32, present: UInt32) -> Bool {
    let fixed = carried & ~0x400
    return (wanted ^ present) & fixed != 0
  }

  /// What the target will not have, by the names that people know.
  package static func untold(_ flags: UInt32) -> [String] {
    names(in: flags & locking, butNotIn: 0)
  }

  /// Gives a copy the flags of the original; has to come before the data.
  package static func carry(
    from: FileDescriptor, to: FileDescriptor, _ path: FilePath
  ) throws(FileError) {
    guard let wanted = of(from), let present = of(to) else { return }
    guard (wanted ^ present) & carried != 0 else { return }
    try set(present & ~carried | wanted & carried, of: to, path)
  }

  /// Gives an entry flags that it has not, and takes none away; returns what it still has not.
  @discardableResult
  package static func add(_ flags: UInt32, to descriptor: FileDescriptor) -> UInt32 {
    guard let present = of(descriptor) else { return flags & carried }
    let missing = flags & carried & ~present
    if missing == 0 { return 0 }
    _ = pcs_set_inode_flags(descriptor.rawValue, present | missing)
    return missing & ~(of(descriptor) ?? 0)
  }

  /// Takes away all flags that a copy would have.
  package static func clear(_ descriptor: FileDescriptor, _ path: FilePath) throws(FileError) {
    guard let present = of(descriptor), present & carried != 0 else { return }
    try set(present & ~carried, of: descriptor, path)
  }

  private static func set(
    _ flags: UInt32, of descriptor: FileDescriptor, _ path: FilePath
  ) throws(FileError) {
    guard pcs_set_inode_flags(descriptor.rawValue, flags) == 0 else {
      throw FileError(path, "cannot set its flags", Errno(rawValue: errno))
    }
  }

  /// What `chattr(1)` calls the flags that are in one and not in the other.
  package static func names(in flags: UInt32, butNotIn others: UInt32) -> [String] {
    let known: [(UInt32, String)] = [
      (0x10, "the immutable flag"), (0x20, "the append-only flag"), (0x4, "compression"),
      (0x400, "the flag against compression"), (0x80_0000, "the flag against copy-on-write"),
      (0x40, "the flag against dumps"), (0x80, "the flag against access times"),
      (0x8, "the flag for synchronous writes"),
    ]
    return known.filter { flags & ~others & $0.0 != 0 }.map(\.1)
  }
}
