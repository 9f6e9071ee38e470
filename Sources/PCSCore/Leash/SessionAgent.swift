import CLinux
import Glibc
import SystemPackage

/// The one process of a session on each machine that holds the machine's lock, and on which
/// everything of the session hangs.
///
/// Its own leash is its standard input. When that ends, or it and what comes for the commands falls
/// silent for longer than the lease, the agent ends every command, waits until all are gone, and
/// only then frees the lock.
package struct SessionAgent {
  package let session: String
  /// How long the input may be silent; nil when only its end counts.
  package let lease: Duration?
  private let reporter: Reporter
  private let signals: SignalDescriptor
  private let listener: Int32
  private let lock: Int32
  private var commands: [Int32: Command] = [:]
  private var lastSign = BootTime.now
  private var nextBeat = BootTime.now
  private var heard = 0
  private var isEnding = false
  /// Whether nothing is given any grace: the user has asked twice.
  private var isHurried = false
  private var waiters: [Int32] = []

  /// One connected `pcs-leash`.
  private struct Command {
    /// The value that marks everything the leash started.
    var leash: String?
    var group: pid_t?
    var isDone = false

    var leashPID: pid_t? { leash?.split(separator: ".").last.flatMap { pid_t($0) } }
  }

  package init(
    session: String, lease: Duration?, lock: borrowing FileLock, reporter: Reporter
  ) throws {
    self.session = session
    self.lease = lease
    self.lock = lock.rawDescriptor
    self.reporter = reporter
    signals = try SignalDescriptor([SIGTERM, SIGINT, SIGHUP])
    listener = try AgentSocket.listen(session)
    // Our standard input is watched with poll, and a writer may send half a heartbeat.
    _ = fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK)
  }

  /// Asks the agent of `session` on this machine to end everything that hangs on it, and waits.
  package static func endCommands(of session: String) throws {
    let socket = try AgentSocket.connect(session)
    defer { close(socket) }
    _ = Glibc.send(socket, "end\n", 4, Int32(MSG_NOSIGNAL))
    var buffer = [UInt8](repeating: 0, count: 64)
    while read(socket, &buffer, buffer.count) > 0 {
      if buffer.contains(UInt8(ascii: "\n")) { return }
    }
  }

  /// Serves until the leash ends, then ends everything; throws `LeashError.silent` when the lease
  /// ran out.
  package mutating func serve() throws {
    var failure: LeashError?
    while true {
      var set = PollSet()
      set.add(STDIN_FILENO)
      set.add(signals.raw)
      set.add(listener)
      for descriptor in commands.keys { set.add(descriptor) }
      beat()
      set.wait(lease.map { min((lastSign + $0).remaining, nextBeat.remaining) })
      if set.isReady(STDIN_FILENO), !readInput() { break }
      if !signals.take().isEmpty { break }
      handle(set)
      if let lease, lastSign + lease < .now {
        failure = .silent(lease)
        break
      }
    }
    endEverything()
    _ = AgentSocket.path(session).withPlatformString { unlink($0) }
    if let failure { throw failure }
  }

  /// Writes a sign of life every 2 s, and at once when the source gave one: it watches an agent that
  /// has a lease.
  private mutating func beat() {
    guard lease != nil, nextBeat <= .now else { return }
    nextBeat = .now + .seconds(2)
    reporter.emit(.signOfLife(heard: heard))
  }

  /// Takes what stands on standard input as a sign of life; false at its end.
  private mutating func readInput() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(STDIN_FILENO, &buffer, buffer.count)
    if count > 0 {
      lastSign = .now
      nextBeat = .now
      heard += count
    }
    if count > 0, buffer[..<count].contains(AgentSocket.hurry) {
      isHurried = true
      return false
    }
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))
  }

  private mutating func handle(_ set: PollSet) {
    if set.isReady(listener) { accept() }
    for descriptor in commands.keys where set.isReady(descriptor) { hear(descriptor) }
  }

  private mutating func accept() {
    let descriptor = pcs_accept(listener)
    guard descriptor >= 0 else { return }
    guard !isEnding, pcs_send_descriptor(descriptor, AgentSocket.welcome, lock) == 1 else {
      close(descriptor)
      return
    }
    commands[descriptor] = Command()
  }

  /// Reads what a command says of itself, or notices that it is gone.
  private mutating func hear(_ descriptor: Int32) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    guard count > 0 else {
      forget(descriptor)
      return
    }
    for line in buffer[..<count].split(separator: UInt8(ascii: "\n")) {
      let words = String(decoding: line, as: UTF8.self).split(separator: " ")
      switch words.first {
      case "leash": commands[descriptor]?.leash = words.last.map(String.init)
      case "group": commands[descriptor]?.group = words.last.flatMap { pid_t($0) }
      // A heartbeat may be late behind what a slow link carries for the commands.
      case "alive": lastSign = .now
      case "done": commands[descriptor]?.isDone = true
      case "end":
        waiters.append(descriptor)
        commands[descriptor] = nil
        endCommands()
      default: break
      }
    }
  }

  private mutating func forget(_ descriptor: Int32) {
    close(descriptor)
    guard let command = commands.removeValue(forKey: descriptor), !command.isDone else { return }
    if let group = command.group { kill(-group, SIGKILL) }
    if let leash = command.leash {
      for pid in ProcessTable.processes(with: "\(AgentSocket.leashMarker)=\(leash)") {
        kill(pid, SIGKILL)
      }
    }
    reporter.log(.error, "a leash of the session died; what hung on it was killed")
  }

  private mutating func endEverything() {
    endCommands()
    for waiter in waiters { close(waiter) }
  }

  /// Asks every command to end and waits until all are gone; what still carries the session's
  /// marker after that is killed.
  private mutating func endCommands() {
    isEnding = true
    for (descriptor, command) in commands {
      if isHurried { _ = pcs_send_descriptor(descriptor, CChar(bitPattern: AgentSocket.hurry), -1) }
      shutdown(descriptor, Int32(SHUT_WR))
      if let leash = command.leashPID { kill(leash, SIGCONT) }  // One that is stopped sees nothing.
    }
    while !commands.isEmpty {
      var set = PollSet()
      set.add(listener)
      for descriptor in commands.keys { set.add(descriptor) }
      beat()
      set.wait(lease.map { _ in nextBeat.remaining })
      handle(set)
    }
    sweep()
    for waiter in waiters { _ = Glibc.send(waiter, "ended\n", 6, Int32(MSG_NOSIGNAL)) }
  }

  private func sweep() {
    var reported: Set<pid_t> = []
    while true {
      let left = ProcessTable.processes(with: "\(AgentSocket.marker)=\(session)")
        .filter { $0 != getpid() }
      if left.isEmpty { return }
      for pid in left {
        if reported.insert(pid).inserted {
          let name = ProcessTable.command(of: pid) ?? "process"
          reporter.log(.error, "\(name) (PID \(pid)) outlived its leash and was killed")
        }
        kill(pid, SIGKILL)
      }
      var set = PollSet()
      set.add(listener)
      set.wait(.milliseconds(20))
    }
  }
}
