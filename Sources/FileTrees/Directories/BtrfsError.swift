import Glibc
package import PCSCore
package import SystemPackage

/// What the kernel or libbtrfsutil refused, and about which path.
package enum BtrfsError: ToolError, Equatable {
  case notBtrfs(FilePath)
  case notSubvolume(FilePath)
  case missing(FilePath)
  case needsRoot
  case readOnly(FilePath)
  case failed(FilePath, what: String, Errno)

  package var id: String {
    switch self {
    case .notBtrfs: "btrfs.none"
    case .notSubvolume: "btrfs.not_subvolume"
    case .missing: "btrfs.missing"
    case .needsRoot: "btrfs.root"
    case .readOnly: "btrfs.read_only"
    case .failed: "btrfs.failed"
    }
  }

  package var description: String {
    switch self {
    case .notBtrfs(let path): "\(path): not on a btrfs file system"
    case .notSubvolume(let path): "\(path): a plain directory, not a btrfs subvolume"
    case .missing(let path): "\(path): no such subvolume"
    case .needsRoot: "btrfs snapshots need root"
    case .readOnly(let path): "\(path): mounted read-only"
    case .failed(let path, let what, let error): "\(path): \(what): \(error)"
    }
  }

  package var hint: String? {
    switch self {
    case .needsRoot: "run it with sudo"
    case .readOnly(let path):
      "make it writable with: mount -o remount,rw \(path), or the mount point it lies below"
    default: nil
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .needsRoot, .failed(_, _, .permissionDenied), .failed(_, _, .notPermitted): .noPermission
    case .failed(_, _, .noSpace): .noSpace
    default: .failure
    }
  }
}

extension BtrfsError {
  /// Throws the `errno` of a system call that has just returned less than zero.
  @discardableResult
  package static func check(
    _ path: FilePath, _ what: String, _ result: CInt
  ) throws(BtrfsError) -> CInt {
    let number = Glibc.errno
    guard result >= 0 else { throw .failed(path, what: what, Errno(rawValue: number)) }
    return result
  }
}
