import CLinux
import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// `renameat2(2)` of a subvolume that may have something mounted on it, as `/home` is on `@/home`
/// where `@` is the root directory.
struct SubvolumeRename {
  enum Kind: UInt32 {
    /// RENAME_NOREPLACE
    case move = 1
    /// RENAME_EXCHANGE
    case exchange = 2
  }

  let kind: Kind
  let from: (directory: Directory, name: FilePath)
  let to: (directory: Directory, name: FilePath)
  /// The mount point on it; nil if nothing is mounted there.
  let point: FilePath?

  /// Renames it; what was mounted on it is mounted at the same place afterwards, so that the machine
  /// goes on with it until the next mount or boot.
  func carryOut() throws(BtrfsError) {
    let path = from.directory.path.pushing(from.name)
    guard let point else {
      try BtrfsError.check(path, "cannot rename", rename { pcs_renameat2($0, $1, $2, $3, $4) })
      return
    }
    let mount = point.withPlatformString { pcs_clone_mount($0) }
    try BtrfsError.check(point, "cannot copy the mount", mount)
    defer { close(mount) }
    let result = point.withPlatformString { point in
      rename { pcs_renameat2_mounted($0, $1, $2, $3, $4, point) }
    }
    try BtrfsError.check(path, "cannot rename", result)
    if kind == .move {
      _ = from.name.withPlatformString { mkdirat(from.directory.descriptor.rawValue, $0, 0o755) }
    }
    let attached = point.withPlatformString { pcs_attach_mount(mount, $0) }
    try BtrfsError.check(point, "cannot mount it again", attached)
  }

  private func rename(
    _ call: (CInt, UnsafePointer<CChar>, CInt, UnsafePointer<CChar>, UInt32) -> CInt
  ) -> CInt {
    from.name.withPlatformString { old in
      to.name.withPlatformString { new in
        call(
          from.directory.descriptor.rawValue, old, to.directory.descriptor.rawValue, new,
          kind.rawValue)
      }
    }
  }
}

extension TopLevel {
  /// The mount point on the directory at a path from here; nil if nothing is mounted there.
  func mountPoint(on path: FilePath) throws -> FilePath? {
    let table = try MountTable.read()
    guard
      let own = try BtrfsMount.all().first(where: { $0.fileSystem == fileSystem.id }),
      let device = table.last(where: { $0.point == own.point })?.device
    else { return nil }
    return MountTable.point(on: path, of: device, in: table)
  }
}
