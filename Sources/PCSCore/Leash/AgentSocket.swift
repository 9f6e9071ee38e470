import CLinux
import Glibc
package import SystemPackage

/// Where the commands of a session meet its agent: `/run/pc-switcher/ID.sock`.
package enum AgentSocket {
  /// What the agent says, with its lock, to a command that may start.
  static let welcome = CChar(bitPattern: UInt8(ascii: "L"))
  /// What makes an agent, and the leashes it holds, end everything without any grace.
  package static let hurry = UInt8(ascii: "K")
  /// The variable that everything started for a session carries, with the session's id.
  package static let marker = "PCS_LEASH"
  /// The variable that names the leash itself: the session's id and the leash's PID.
  static let leashMarker = "PCS_LEASHED_BY"

  package static func path(_ session: String) -> FilePath {
    Places.runtime.appending("\(session).sock")
  }

  static func connect(_ session: String) throws(LeashError) -> Int32 {
    let descriptor = try make()
    let failed = withAddress(session) { Glibc.connect(descriptor, $0, $1) } != 0
    guard !failed else {
      let error = Errno(rawValue: errno)
      close(descriptor)
      throw .noAgent(session, error)
    }
    return descriptor
  }

  /// Makes the socket; the caller holds the machine's lock, so one that is there is a leftover.
  static func listen(_ session: String) throws(LeashError) -> Int32 {
    let descriptor = try make()
    let path = path(session)
    _ = path.withPlatformString { unlink($0) }
    let mask = umask(0o177)
    let failed = withAddress(session) { bind(descriptor, $0, $1) } != 0
    umask(mask)
    guard !failed, Glibc.listen(descriptor, 64) == 0 else {
      let error = Errno(rawValue: errno)
      close(descriptor)
      throw .failed(path.string, error)
    }
    return descriptor
  }

  private static func make() throws(LeashError) -> Int32 {
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .failed("socket", Errno(rawValue: errno)) }
    return descriptor
  }

  private static func withAddress(
    _ session: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = path(session).bytes
    return withUnsafeMutableBytes(of: &address.sun_path) { buffer in
      guard bytes.count < buffer.count else {
        errno = ENAMETOOLONG
        return -1
      }
      buffer.copyBytes(from: bytes)
      return 0
    } == 0
      ? withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      } : -1
  }
}
