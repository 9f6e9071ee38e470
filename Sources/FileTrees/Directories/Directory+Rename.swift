import CLinux
import Glibc
package import SystemPackage

extension Directory {
  /// How `renameat2(2)` treats a name that exists.
  package enum RenameFlag: UInt32 {
    /// RENAME_NOREPLACE
    case onlyIfFree = 1
    /// RENAME_EXCHANGE
    case exchanging = 2
  }

  /// Renames `name` to `newName` in `target`; returns the error of the kernel, nil when it is done.
  package func rename(
    _ name: FilePath, to newName: FilePath, in target: Directory,
    _ flag: RenameFlag = .onlyIfFree
  ) -> Errno? {
    let result = name.withPlatformString { old in
      newName.withPlatformString { new in
        pcs_renameat2(descriptor.rawValue, old, target.descriptor.rawValue, new, flag.rawValue)
      }
    }
    return result == 0 ? nil : Errno(rawValue: errno)
  }
}
