import CLinux
import Glibc
package import PCSCore
import SystemPackage

extension EntryHandle {
  /// Whether nobody may change it, not even root: it is immutable or append-only, see `chattr(1)`.
  package var isLocked: Bool {
    get throws(FileError) {
      let result = pcs_is_locked(descriptor, "")
      try check("cannot look at", result)
      return result > 0
    }
  }

  /// Makes it one that root may change.
  package func unlock() throws(FileError) {
    guard try isLocked else { return }
    let file = try open(O_RDONLY)
    defer { try? file.close() }
    try InodeFlags.unlock(file, path)
  }
}
