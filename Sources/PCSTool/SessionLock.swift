import PCSCore
import SystemPackage

/// The lock of this machine, or the one that the session we are part of has already.
package final class SessionLock {
  private var lock: FileLock?

  package init() throws {
    if Self.isHeldByOurSession { return }
    lock = try FileLock(Places.lock)
  }

  package func release() {
    lock.take()?.release()
  }

  private static var isHeldByOurSession: Bool {
    guard let session = Places.environment("PCS_SESSION_ID"),
      let status = try? FileLock.status(Places.lock)
    else { return false }
    return status.state == .held && status.holder?.sessionID == session
  }
}
