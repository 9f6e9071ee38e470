import Dispatch
import Glibc
import OpenSSH
import PCSCore
import Synchronization
import SystemPackage

/// One sync from its first step to its last: the prescribed order, and the way out of it.
final class SyncRun: Sendable {
  let request: SyncRequest
  let configuration: SyncConfiguration
  let stream: SessionStream
  let questions: Questions
  let tracker: SessionTracker
  private let guards = SessionGuards()
  private let work = Mutex<Task<Void, any Error>?>(nil)
  private let abortSignal = Mutex<Int32?>(nil)

  init(
    request: SyncRequest, configuration: SyncConfiguration, stream: SessionStream,
    questions: Questions
  ) {
    self.request = request
    self.configuration = configuration
    self.stream = stream
    self.questions = questions
    let modules = configuration.enabledModules.filter { name in
      request.only.isEmpty || request.only.contains(name)
    }
    tracker = SessionTracker(
      SyncSession(
        id: request.session, sourceHostname: Machine.hostname, targetHostname: request.target,
        enabledModules: [ModuleCatalog.snapshots] + modules, lockPath: Places.lock,
        target: request.target, configPath: configuration.configPath,
        dryRun: request.isDryRun), stream: stream)
  }

  /// Runs the sync; returns how it ended once everything is stopped and the locks are free.
  func run() async -> Ending {
    let task = Task { try await perform() }
    work.withLock { $0 = task }
    guards.whenOneFails { [self] in cancel(task) }
    if abortSignal.withLock({ $0 != nil }) { task.cancel() }
    // A signal must not cut the clean-up short: it cancels the task, and this one, which does
    // nothing but wait.
    return await Task {
      var result = await task.result
      if case .failure(let error) = result { result = .failure(await guards.cause(of: error)) }
      return await close(ending(of: result))
    }.value
  }

  /// Looks for what would keep a sync from working: no lock, no state, nothing changed.
  func check() async -> Ending {
    let task = Task {
      var steps = steps
      try await steps.check()
    }
    work.withLock { $0 = task }
    let result = await Task { await task.result }.value
    await guards.releaseConnection()
    if let signal = abortSignal.withLock({ $0 }) { return .aborted(signal: signal) }
    if case .failure(let error as any ToolError) = result, error.exitStatus == .partial {
      return .failed(ErrorDescription(error), .partial)
    }
    if case .failure(let error) = result { return .failed(of: error) }
    stream.log(.info, "nothing is in the way of a sync to \(request.target)")
    return .completed
  }

  /// The user, or whoever started us, wants it to end.
  func abort(signal: Int32) {
    let isFirst = abortSignal.withLock { first in
      defer { if first == nil { first = signal } }
      return first == nil
    }
    guard isFirst else { return }
    stream.log(.warning, "Sync interrupted by user")
    tracker.update { $0.abortRequested = true }
    guards.abort()
    if let task = work.withLock({ $0 }) { cancel(task) }
    // Nobody is there any more for what is asked after the work.
    questions.hear(answer: nil)
  }

  /// The user wants it to end at once.
  func hurry(signal: Int32) {
    abort(signal: signal)
    guards.hurry()
    stream.emit(
      .result(Ending.aborted(signal: signal).result(session: request.session, tool: "pcs-sync")))
    die(of: signal)
  }

  /// Ends the work, and says for what it waits when that takes long.
  private func cancel(_ task: Task<Void, any Error>) {
    task.cancel()
    Task { [self] in
      await waiting(for: "the end of what was going on: \(guards.activity)") {
        _ = await task.result
      }
    }
  }

  /// Does `work`, and says for what it waits when that takes longer than a second.
  private func waiting<Value>(for what: String, _ work: () async -> Value) async -> Value {
    let notice = Task { [stream] in
      try await Task.sleep(for: .seconds(1))
      stream.log(.info, "waiting for \(what)")
    }
    defer { notice.cancel() }
    return await work()
  }

  private var steps: SyncSteps {
    SyncSteps(
      request: request, configuration: configuration, stream: stream, questions: questions,
      tracker: tracker, guards: guards)
  }

  private func perform() async throws {
    var steps = steps
    tracker.begin()
    let target = try await steps.initialize()
    do {
      try await carryOut(&steps, with: target)
    } catch {
      // What a dry run shows behind a closed gate is no reason for another end than the sync's own.
      guard let refusal = steps.refusal, error is any ToolError else { throw error }
      throw refusal
    }
    if let refusal = steps.refusal { throw refusal }
  }

  private func carryOut(_ steps: inout SyncSteps, with target: Connection) async throws {
    try tracker.transition(to: .validating)
    guards.activity = "what would keep it from working was looked for"
    try await steps.validate()
    try await steps.shareConfiguration(with: target)
    try tracker.transition(to: .executing)
    try await steps.execute()
  }

  private func ending(of result: Result<Void, any Error>) -> Ending {
    if let signal = abortSignal.withLock({ $0 }) { return .aborted(signal: signal) }
    if let failure = guards.failure { return .failed(of: failure) }
    switch result {
    case .failure(let error): return .failed(of: error)
    case .success where stream.errorCount > 0: return loggedErrors
    case .success: return tracker.isPartial ? .partial : .completed
    }
  }

  /// Frees the locks and goes to the terminal state, through CLEANUP where it is due; returns how
  /// the sync ended with that.
  private func close(_ judged: Ending) async -> Ending {
    var ending = judged
    do {
      if ending.state == .completed {
        let problems = await waiting(for: agents) {
          await guards.releaseAgents(isOrderly: true)
        }
        for problem in problems { stream.log(.error, problem.description) }
        guards.runner = guards.runner?.unleashed
        if stream.errorCount > 0 { ending = loggedErrors }
        if let lost = problems.first(where: { $0.status == .unavailable }) {
          ending = .failed(of: lost)
        }
      }
      if ending.state == .completed {
        try tracker.transition(to: ending.state)
      } else {
        try await cleanUp(after: ending)
      }
    } catch {
      stream.log(.error, "\(error)")
    }
    await guards.releaseConnection()
    if tracker.isAnnounced { tracker.announce() }
    return ending
  }

  private func cleanUp(after ending: Ending) async throws {
    // Before EXECUTING nothing was begun, and the result says why.
    if case .failed(let error?, _) = ending, guards.failure != nil,
      !stream.isCriticalLogged, tracker.session.state == .executing
    {
      stream.log(.critical, error.message, error.context)
    }
    try tracker.transition(to: .cleanup)
    // A target that is lost is not written to: its lock may be another's by now.
    let isLost = ending.status == ExitStatus.unavailable.rawValue
    async let answering = steps.record(.cleanup, at: isLost ? [.here] : [.there, .here])
    await waiting(for: "the disk monitors") { await guards.stopMonitors() }
    _ = await steps.record(ending.state, at: await answering)
    _ = await waiting(for: agents) { await guards.releaseAgents(isOrderly: false) }
    try tracker.transition(to: ending.state)
    if RollbackOffer.isDue(after: ending, tracker.snapshots, hasWritten: tracker.hasWritten),
      let runner = guards.runner
    {
      let offer = RollbackOffer(
        request: request, stream: stream, questions: questions, snapshots: tracker.snapshots,
        hostname: tracker.session.targetHostname, place: steps.snapshotPlace)
      if isLost || !request.mayAsk { offer.namePlaces() } else { await offer.make(runner) }
    }
  }

  /// Who has something to end before the locks are free.
  private var agents: String {
    let session = tracker.session
    return "\(session.sourceHostname) and \(session.targetHostname)"
      + " to end what runs there and free their locks"
  }

  /// A sync of which everything was done, but not without an error.
  private var loggedErrors: Ending {
    .failed(
      ErrorDescription(
        kind: "sync.errors", message: "\(stream.errorCount) error(s) were logged"), .failure)
  }
}
