import Dispatch
import Glibc
import Synchronization

/// How the work under `withSignalsCancelling` ended.
package struct TrapOutcome<Value: Sendable>: Sendable {
  package let result: Result<Value, any Error>
  /// The first signal that came, if one did.
  package let signal: Int32?

  package init(result: Result<Value, any Error>, signal: Int32?) {
    self.result = result
    self.signal = signal
  }
}

/// Runs `body` in a task that SIGINT, SIGTERM and SIGHUP cancel.
///
/// The caller cleans up, writes its last line and dies of the signal with `die(of:)`. A further
/// signal calls `onSecond`, which by default dies at once; so does work that has not ended
/// `patience` after the first.
package func withSignalsCancelling<Value: Sendable>(
  patience: Duration = .seconds(10),
  onFirst: @escaping @Sendable (Int32) -> Void = { _ in },
  onSecond: @escaping @Sendable (Int32) -> Void = { die(of: $0) },
  _ body: @escaping @Sendable () async throws -> Value
) async -> TrapOutcome<Value> {
  let (received, continuation) = AsyncStream.makeStream(of: Int32.self)
  let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler { @Sendable in continuation.yield(number) }
    source.resume()
    return source
  }
  defer { for source in sources { source.cancel() } }

  let work = Task { try await body() }
  let watcher = Task {
    var first: Int32?
    for await number in received where SignalShield.passes(number) {
      if first == nil {
        first = number
        onFirst(number)
        work.cancel()
        DispatchQueue.global().asyncAfter(deadline: .now() + patience.seconds) { die(of: number) }
      } else {
        onSecond(number)
      }
    }
    return first
  }
  let result = await work.result
  continuation.finish()
  return TrapOutcome(result: result, signal: await watcher.value)
}

/// Ends the process by `number` itself, so that the parent sees a death by signal: threads that
/// Dispatch made have signals blocked, so the signal is unblocked on this thread before it is
/// raised.
package func die(of number: Int32) -> Never {
  signal(number, SIG_DFL)
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, number)
  pthread_sigmask(SIG_UNBLOCK, &set, nil)
  raise(number)
  exit(128 + number)
}

/// Keeps signals from ending a process that is under `withSignalsCancelling`.
package enum SignalShield {
  private struct State {
    var isUp = false
    var depth = 0
    var pending: [Int32] = []
  }

  private static let state = Mutex(State())

  /// Lets signals pass unheeded from now on, for a process whose leash is its standard input.
  package static func raise() {
    state.withLock { $0.isUp = true }
  }

  /// Does `body`, short and not to be cut short; signals that come meanwhile take effect after it.
  package static func during<Value>(_ body: () throws -> Value) rethrows -> Value {
    state.withLock { $0.depth += 1 }
    defer {
      let pending: [Int32] = state.withLock { state in
        state.depth -= 1
        guard state.depth == 0 else { return [] }
        defer { state.pending = [] }
        return state.pending
      }
      for number in pending { kill(getpid(), number) }
    }
    return try body()
  }

  /// Whether a signal that came is to be heeded now.
  fileprivate static func passes(_ number: Int32) -> Bool {
    state.withLock { state in
      if state.isUp { return false }
      if state.depth == 0 { return true }
      state.pending.append(number)
      return false
    }
  }
}
