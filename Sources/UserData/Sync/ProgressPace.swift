import PCSCore
import Synchronization

/// Emits progress neither too often to be read nor so rarely that the work seems dead.
final class ProgressPace: Sendable {
  private struct State {
    var progress: TransferProgress
    var item = ""
    var last: ContinuousClock.Instant?
    var rate = RecentRate()
    let start = ContinuousClock.now

    /// While something is sent, by how fast that has been of late.
    mutating func eta(at now: ContinuousClock.Instant) -> Duration? {
      let (spent, fraction) = ((now - start).seconds, progress.fraction)
      if let (done, total) = progress.costs {
        rate.add(done, at: spent)
        return rate.perSecond.flatMap { $0 > 0 ? .seconds((total - done) / $0) : nil }
      }
      return fraction > 0.06 && spent > 2 ? .seconds(spent / fraction * (1 - fraction)) : nil
    }
  }

  private let context: ModuleContext
  private let state: Mutex<State>

  init(_ context: ModuleContext, _ settings: UserDataSettings) {
    self.context = context
    let progress = TransferProgress(
      folders: settings.folders.count, verifies: settings.verifiesAll)
    state = Mutex(State(progress: progress))
  }

  /// Changes what is under way.
  func say(_ item: String) {
    state.withLock { $0.item = item }
    emit(after: .milliseconds(200))
  }

  func update(_ change: (inout TransferProgress) -> Void) {
    state.withLock { change(&$0.progress) }
    emit(after: .milliseconds(200))
  }

  func finish(_ item: String) {
    context.emitProgress(1, item, eta: .zero, amounts: state.withLock { $0.progress.amounts })
  }

  /// Does `body` and says at least every five seconds that the work goes on.
  func keepingAlive<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let heartbeat = Task {
      while true {
        try await Task.sleep(for: .seconds(5))
        emit(after: .seconds(5))
      }
    }
    defer { heartbeat.cancel() }
    return try await body()
  }

  private func emit(after pause: Duration) {
    let now = ContinuousClock.now
    let due: (TransferProgress, String, Duration?)? = state.withLock { state in
      if let last = state.last, now - last < pause { return nil }
      state.last = now
      return (state.progress, state.item, state.eta(at: now))
    }
    guard let (progress, item, eta) = due else { return }
    context.emitProgress(progress.fraction, item, eta: eta, amounts: progress.amounts)
  }
}
