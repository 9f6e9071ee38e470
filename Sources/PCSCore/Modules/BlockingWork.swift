import Dispatch
import Synchronization

/// Asynchronous work that a thread of its own waits for.
///
/// Never wait on a thread that runs tasks: the work might need it.
package final class BlockingWork<Value: Sendable>: Sendable {
  private let outcome = Mutex<Result<Value, any Error>?>(nil)
  private let finished = DispatchSemaphore(value: 0)
  private let task = Mutex<Task<Void, Never>?>(nil)

  package init(_ body: @escaping @Sendable () async throws -> Value) {
    let work = Task {
      let result: Result<Value, any Error>
      do { result = .success(try await body()) } catch { result = .failure(error) }
      outcome.withLock { $0 = result }
      finished.signal()
    }
    task.withLock { $0 = work }
  }

  package func cancel() {
    task.withLock { $0?.cancel() }
  }

  /// Its outcome; may be asked for more than once.
  package func wait() throws -> Value {
    finished.wait()
    defer { finished.signal() }
    switch outcome.withLock({ $0 }) {
    case .success(let value)?: return value
    case .failure(let error)?: throw error
    case nil: throw CancellationError()
    }
  }
}
