import CLinux
import Glibc
package import SystemPackage

/// A program that ends with whatever it hangs on, together with everything it started.
///
/// It gets a process group of its own, and this process becomes the reaper of its orphans, so that
/// no descendant can get away. Single-threaded, and the only place beside `ChildProcess` that
/// starts programs: it must wait for everything at once.
package struct LeashedCommand {
  /// The program and its arguments, as exact bytes.
  package var command: [[UInt8]]
  package var directory: FilePath?
  /// How long what is running may take to end after SIGTERM.
  package var grace: Duration = .seconds(5)
  package var tether: Tether
  /// Ends the program also when nobody reads our standard output or error any more: what ran for
  /// an ssh channel that is closed.
  package var watchesReader = false
  /// Hands our standard input on to the program, so that the agent hears of what comes for it.
  package var relaysInput = false
  /// Says on standard error when the program, told to end, ended in failure.
  package var reportsFailedEnd = false

  package init(_ command: [[UInt8]], tether: Tether) {
    self.command = command
    self.tether = tether
  }

  /// Why the program is being ended.
  private enum End {
    case tether
    case signal(Int32)
  }

  /// Runs the program to its end and leaves with its status: 143 when its leash ended, or by the
  /// signal that ended us.
  package func run() throws -> Never {
    let signals = try SignalDescriptor([SIGTERM, SIGINT, SIGHUP, SIGCHLD])
    guard pcs_become_subreaper() == 0 else {
      throw LeashError.failed("prctl", Errno(rawValue: errno))
    }
    var relay = relaysInput ? try InputRelay() : nil
    let child = try spawn(input: relay?.reading)
    relay?.closeReading()
    tether.announce(group: child)
    var reaper = Reaper(child: child)
    var end: End?
    while end == nil {
      reaper.reap()
      if reaper.status != nil { break }
      end = wait(signals, &relay)
    }
    finish(&reaper, signals)
    if end != nil, reportsFailedEnd, reaper.failedToEndWell {
      complain("ended with status \(reaper.exitStatus) when it was told to end")
    }
    tether.farewell()
    switch end {
    case .tether: exit(ExitStatus.terminated.rawValue)
    case .signal(let number): die(of: number)
    case nil: exit(reaper.exitStatus)
    }
  }

  private func wait(_ signals: SignalDescriptor, _ relay: inout InputRelay?) -> End? {
    var set = PollSet()
    set.add(signals.raw)
    relay?.add(to: &set)
    for descriptor in tether.descriptors { set.add(descriptor) }
    if watchesReader {
      set.add(STDOUT_FILENO, events: 0)
      set.add(STDERR_FILENO, events: 0)
    }
    set.wait()
    if relay?.pump(set) == true { tether.sign() }
    if let number = signals.take().first(where: { $0 != SIGCHLD }) { return .signal(number) }
    if tether.descriptors.contains(where: set.isReady) { return .tether }
    if watchesReader, set.isReady(STDOUT_FILENO) || set.isReady(STDERR_FILENO) { return .tether }
    return nil
  }

  /// SIGTERM to the group; after the grace, or at once when somebody is in a hurry, SIGKILL to the
  /// group and every descendant, until none is left.
  private func finish(_ reaper: inout Reaper, _ signals: SignalDescriptor) {
    reaper.reap()
    guard reaper.hasChildren else { return }
    signalGroup(reaper.child, SIGTERM)
    for pid in ProcessTable.descendants(of: getpid()) { kill(pid, SIGTERM) }
    var deadline = BootTime.now + grace
    var watchesTether = true
    var isHurried = false
    while reaper.hasChildren, BootTime.now < deadline {
      var set = PollSet()
      set.add(signals.raw)
      if watchesTether { for descriptor in tether.descriptors { set.add(descriptor) } }
      set.wait(deadline.remaining)
      if tether.descriptors.contains(where: set.isReady) {
        watchesTether = false
        isHurried = tether.isHurried
      }
      if signals.take().contains(where: { $0 != SIGCHLD }) { isHurried = true }
      if isHurried { deadline = .now }
      reaper.reap()
    }
    if reaper.hasChildren, !isHurried {
      complain("did not end within \(grace.seconds) s of being told to, and is killed")
    }
    while reaper.hasChildren {
      kill(-reaper.child, SIGKILL)
      for pid in ProcessTable.descendants(of: getpid()) { kill(pid, SIGKILL) }
      var set = PollSet()
      set.add(signals.raw)
      set.wait(.milliseconds(50))
      _ = signals.take()
      reaper.reap()
    }
  }

  private func complain(_ what: String) {
    let name = FilePath(bytes: command.first ?? []).lastComponent?.string ?? "command"
    _ = try? FileDescriptor.standardError.writeAll(Array("pcs-leash: \(name): \(what)\n".utf8))
  }

  /// A stopped process sees SIGTERM only once it goes on.
  private func signalGroup(_ group: pid_t, _ number: Int32) {
    kill(-group, number)
    kill(-group, SIGCONT)
  }

  private func spawn(input: Int32?) throws -> pid_t {
    if let directory, directory.withPlatformString({ chdir($0) }) != 0 {
      throw FileError(directory, "cannot enter", Errno(rawValue: errno))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input { posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) }
    let arguments = command.map { strdup($0.map { CChar(bitPattern: $0) } + [0]) } + [nil]
    defer { for argument in arguments { free(argument) } }
    OwnLimits.restore()
    var pid: pid_t = 0
    var failure = ENOENT
    if let program = arguments.first ?? nil {
      failure = posix_spawnp(&pid, program, &actions, &attributes, arguments, pcs_environment())
    }
    guard failure == 0 else {
      throw ExecError(
        command: String(decoding: command.first ?? [], as: UTF8.self),
        errno: Errno(rawValue: failure))
    }
    return pid
  }
}

/// Collects the ends of our children; knows how the first one ended.
private struct Reaper {
  let child: pid_t
  private(set) var status: Int32?
  private(set) var hasChildren = true

  init(child: pid_t) {
    self.child = child
  }

  mutating func reap() {
    while true {
      var status: Int32 = 0
      let pid = waitpid(-1, &status, WNOHANG)
      if pid == child { self.status = status }
      if pid > 0 { continue }
      hasChildren = pid == 0
      return
    }
  }

  /// Whether it left with a failure of its own, rather than in peace or of the signal.
  var failedToEndWell: Bool {
    let code = exitStatus
    return code != 0 && code < 128
  }

  /// As a shell would show it.
  var exitStatus: Int32 {
    guard let status else { return ExitStatus.terminated.rawValue }
    return pcs_exited(status) != 0
      ? pcs_exit_status(status) : 128 + pcs_termination_signal(status)
  }
}
