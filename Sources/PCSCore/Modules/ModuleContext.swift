import Dispatch
import Synchronization

/// What a module is given: its invocation, the way to the target, and the injected methods.
package final class ModuleContext: Sendable {
  package let invocation: Invocation
  package let remote: RemoteExecutor?
  package let reporter: Reporter
  private let aborting = Mutex(false)
  private let aborted = DispatchSemaphore(value: 0)
  private let remembered = Mutex<JSON?>(nil)
  private let skipReason = Mutex<String?>(nil)
  private let partial = Mutex(false)
  private let findingStatus = Mutex(ExitStatus.failure)
  private let findings = Mutex(0)
  private let running = Mutex<[Int: @Sendable () -> Void]>([:])

  package init(invocation: Invocation, reporter: Reporter) {
    self.invocation = invocation
    self.reporter = reporter
    remote = invocation.remote.map { RemoteExecutor($0) }
  }

  package var config: JSON { invocation.config }
  package var session: SyncSession { invocation.session }

  /// Logs a message; a module never logs at level CRITICAL.
  package func log(_ level: LogLevel, _ message: String, _ context: [String: JSON] = [:]) {
    reporter.log(level == .critical ? .error : level, message, context)
  }

  /// Says how far the whole work of the module is.
  package func emitProgress(
    _ fraction: Double?, _ item: String, eta: Duration? = nil, amounts: ProgressAmounts? = nil
  ) {
    reporter.progress(fraction, item, eta: eta, amounts: amounts)
  }

  /// What the next sync with this peer gets back as `previous.state`.
  package func remember(_ state: JSON) {
    remembered.withLock { $0 = state }
  }

  package var state: JSON? { remembered.withLock { $0 } }

  /// Says that there was nothing to do, or that nobody could decide.
  package func skip(_ reason: String) {
    skipReason.withLock { $0 = reason }
  }

  package var skipped: String? { skipReason.withLock { $0 } }

  /// Notes that something is left undone that no later sync brings by itself: `execute` ends with
  /// status 2.
  package func leaveUndone() {
    partial.withLock { $0 = true }
  }

  package var isPartial: Bool { partial.withLock { $0 } }

  /// What `validate` ends with when it has findings: `noSpace` when all of them are about space.
  package var validationStatus: ExitStatus {
    get { findingStatus.withLock { $0 } }
    set { findingStatus.withLock { $0 = newValue } }
  }

  /// Says of a problem where it was found, for `validate`, which then need not return it.
  package func report(_ finding: ValidationError) {
    findings.withLock { $0 += 1 }
    reporter.emit(.validationError(finding))
  }

  /// How many problems `report` was given.
  package var reported: Int { findings.withLock { $0 } }

  package var isAborting: Bool { aborting.withLock { $0 } }

  /// Makes `pause` and `blocking` throw, now and from now on.
  package func beginAbort() {
    aborting.withLock { $0 = true }
    aborted.signal()
    for cancel in running.withLock({ Array($0.values) }) { cancel() }
  }

  /// Waits for asynchronous work, such as a command on the target, on the module's own thread; an
  /// abort cancels the work.
  package func blocking<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) throws -> Value {
    let work = BlockingWork(body)
    let number = running.withLock { running in
      let number = (running.keys.max() ?? 0) + 1
      running[number] = { work.cancel() }
      return number
    }
    if isAborting { work.cancel() }
    let result = Result { try work.wait() }
    _ = running.withLock { $0.removeValue(forKey: number) }
    if isAborting { throw AbortError() }
    return try result.get()
  }

  /// Waits for `duration` (for work that is a wait); throws as soon as the module is aborted.
  package func pause(_ duration: Duration) throws(AbortError) {
    if aborted.wait(timeout: .now() + duration.seconds) == .success {
      aborted.signal()
      throw AbortError()
    }
  }
}

/// Thrown through a module's `execute` once it has been told to stop.
package struct AbortError: ToolError, Equatable {
  package init() {}

  package var id: String { "module.aborted" }
  package var description: String { "aborted" }
}
