import Dispatch
import Glibc
import Synchronization

/// Ends a child that is still read from: SIGTERM, and SIGKILL when it takes too long.
final class ChildStop: Sendable {
  private enum State {
    case idle
    case running(pid_t)
    /// Wanted before there was a process.
    case wanted
    case over
  }

  private let state = Mutex(State.idle)
  private let toGroup: Bool
  private let grace: Duration

  init(toGroup: Bool, grace: Duration) {
    self.toGroup = toGroup
    self.grace = grace
  }

  func arm(_ pid: pid_t) {
    let isWanted = state.withLock { state in
      if case .wanted = state {
        state = .running(pid)
        return true
      }
      state = .running(pid)
      return false
    }
    if isWanted { begin() }
  }

  /// From here on the number may be another process's.
  func disarm() {
    state.withLock { $0 = .over }
  }

  func begin() {
    let isRunning = state.withLock { state in
      if case .idle = state { state = .wanted }
      if case .running = state { return true }
      return false
    }
    guard isRunning else { return }
    send(SIGTERM)
    send(SIGCONT)  // What is stopped sees the first only then.
    DispatchQueue.global().asyncAfter(deadline: .now() + grace.seconds) { self.send(SIGKILL) }
  }

  private func send(_ number: Int32) {
    state.withLock { state in
      guard case .running(let pid) = state else { return }
      kill(toGroup ? -pid : pid, number)
    }
  }
}
