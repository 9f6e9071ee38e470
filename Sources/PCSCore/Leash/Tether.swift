import CLinux
import Glibc
import SystemPackage

/// What a leashed command hangs on: when a descriptor becomes readable, the leash has ended.
package struct Tether {
  let descriptors: [Int32]
  private let socket: Int32?

  /// The process that started us, whatever happens to it.
  ///
  /// A `sudo` in between is passed over: it may outlive the one who started it.
  package static func parent() throws -> Tether {
    var descriptors: [Int32] = []
    var pid = getppid()
    while true {
      let descriptor = pcs_pidfd_open(pid)
      guard descriptor >= 0 else {
        throw LeashError.failed("pidfd_open \(pid)", Errno(rawValue: errno))
      }
      descriptors.append(descriptor)
      guard ProcessTable.command(of: pid) == "sudo", let next = ProcessTable.parent(of: pid),
        next > 1
      else { break }
      pid = next
    }
    return Tether(descriptors: descriptors, socket: nil)
  }

  /// The agent of a session; refused when the session is ending already.
  ///
  /// The agent hands over its lock, which stays held until the last command has ended.
  package static func agent(of session: String) throws -> Tether {
    let socket = try AgentSocket.connect(session)
    var byte: CChar = 0
    var lock: Int32 = -1
    guard pcs_receive_descriptor(socket, &byte, &lock) == 1, byte == AgentSocket.welcome else {
      close(socket)
      throw LeashError.refused(session)
    }
    setenv(AgentSocket.marker, session, 1)
    let leash = "\(session).\(getpid())"
    setenv(AgentSocket.leashMarker, leash, 1)
    let tether = Tether(descriptors: [socket], socket: socket)
    tether.announce(leash: leash)
    return tether
  }

  /// Whether the agent that ended us allows no grace.
  var isHurried: Bool {
    guard let socket else { return false }
    var byte: UInt8 = 0
    return recv(socket, &byte, 1, Int32(MSG_DONTWAIT)) == 1 && byte == AgentSocket.hurry
  }

  /// Tells the agent, before anything runs, what to look for should we die before it.
  private func announce(leash: String) {
    send("leash \(leash)\n")
  }

  /// Tells the agent which process group to end should we die before it.
  func announce(group: Int32) {
    send("group \(group)\n")
  }

  /// Tells the agent that something came from the other machine.
  func sign() {
    send("alive\n")
  }

  /// Tells the agent that nothing is left of the command.
  func farewell() {
    send("done\n")
  }

  private func send(_ line: String) {
    guard let socket else { return }
    _ = line.withCString { Glibc.send(socket, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
  }
}
