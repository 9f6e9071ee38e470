import CLinux
import PCSCore

extension EntryHandle {
  /// Whether nobody may change it, not even root: it is immutable or append-only, see `chattr(1)`.
  package var isLocked: Bool {
    get throws(FileError) {
      let result = pcs_is_locked(descriptor, "")
      try check("cannot look at", result)
      return result > 0
    }
  }
}
