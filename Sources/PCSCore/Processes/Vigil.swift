import Synchronization

/// Watches how long another machine is silent.
///
/// Its clock goes on while this machine sleeps, `CLOCK_BOOTTIME`: a lease over there does, too.
package final class Vigil: Sendable {
  private struct State {
    var lastSign = ContinuousClock.now
    var hasAnswered = false
    var isReported = false
  }

  private let patience: Patience
  private let state = Mutex(State())

  package init(_ patience: Patience) {
    self.patience = patience
  }

  /// Notes an answer, or any other sign of life.
  package func sign() {
    state.withLock { $0 = State(hasAnswered: true) }
  }

  /// Runs `body`, and cancels it and throws once the silence is too long; `report` is called with
  /// the silence that the user should know of.
  package func guarding<Value: Sendable>(
    _ awaited: String, of target: String, report: @escaping @Sendable (String) -> Void = { _ in },
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await body() }
      group.addTask { [self] in
        try await watch { report("waiting for \(target): \(awaited): no answer for \($0) s") }
        throw SilenceError(target: target, awaited: awaited, duration: silence)
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() ?? nil else { throw CancellationError() }
      return value
    }
  }

  /// Returns once the silence is too long.
  private func watch(_ report: @Sendable (Int) -> Void) async throws {
    while true {
      switch verdict {
      case .wait(let duration): try await Task.sleep(for: duration, clock: .continuous)
      case .report:
        state.withLock { $0.isReported = true }
        report(Int(silence.seconds))
      case .giveUp: return
      }
    }
  }

  private var silence: Duration { ContinuousClock.now - state.withLock { $0.lastSign } }

  private var verdict: Patience.Verdict {
    let state = state.withLock { $0 }
    return patience.verdict(
      onSilenceOf: ContinuousClock.now - state.lastSign, hasAnswered: state.hasAnswered,
      isReported: state.isReported)
  }
}
