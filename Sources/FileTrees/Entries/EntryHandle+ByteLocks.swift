import CLinux
import Glibc
import PCSCore
import SystemPackage

extension EntryHandle {
  /// Whether another process holds a lock of `fcntl(2)` on a part of the file.
  ///
  /// SQLite locks bytes of a database, or of its shared memory, while it reads, LevelDB its LOCK
  /// while it is open.
  package func hasByteLocks() throws -> Bool {
    let file = try open(O_RDONLY)
    return try file.closeAfter {
      let found = pcs_has_byte_locks(file.rawValue)
      try check("cannot be asked for locks", found)
      return found != 0
    }
  }
}
