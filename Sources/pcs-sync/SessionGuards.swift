import Dispatch
import Glibc
import PCSCore
import Synchronization

/// Everything that runs beside the steps of a sync: the agents, the connection, the monitors.
///
/// The first of them that ends by itself ends the sync.
final class SessionGuards: Sendable {
  private struct Content {
    var connection: HeldTool?
    var agentHere: HeldTool?
    var agentThere: HeldTool?
    var monitors: [HeldTool] = []
    var inhibitor: HeldTool?
    var lender: HeldTool?
    var failure: (any Error)?
    var isStopping = false
    /// Whether the user wants the end, and no more questions.
    var isAborted = false
    var onFailure: (@Sendable () -> Void)?
    var runner: ToolRunner?
    var peer: Peer?
    var isJudged = false
    var hostname = "the target"
    var activity = "it was made"
  }

  /// What history needs to know of the two machines.
  struct Peer: Sendable {
    var ownID: String
    var targetID: String
    var hasBegun = false
  }

  private let content = Mutex(Content())
  private let heart = DispatchQueue(label: "heartbeat")

  /// Why the sync was ended by one of the guards.
  var failure: (any Error)? { content.withLock { $0.failure } }

  var runner: ToolRunner? {
    get { content.withLock { $0.runner } }
    set { content.withLock { $0.runner = newValue } }
  }

  var peer: Peer? {
    get { content.withLock { $0.peer } }
    set { content.withLock { $0.peer = newValue } }
  }

  /// Sets the target's name, for errors.
  func name(target hostname: String) {
    content.withLock { $0.hostname = hostname }
  }

  /// What is going on, for errors: "user-data was running".
  var activity: String {
    get { content.withLock { $0.activity } }
    set { content.withLock { $0.activity = newValue } }
  }

  private var lostConnection: SyncError {
    content.withLock { LostConnection.error(to: $0.hostname, while: $0.activity) }
  }

  /// What to do when a guard ends by itself.
  func whenOneFails(_ action: @escaping @Sendable () -> Void) {
    content.withLock { $0.onFailure = action }
  }

  func hold(connection: HeldTool) {
    content.withLock { $0.connection = connection }
    watch(connection, nil, .unavailable)
  }

  func hold(agentHere agent: HeldTool) {
    content.withLock { $0.agentHere = agent }
    watch(agent, "the agent of this session died", .failure)
  }

  /// The agent on the target also wants to hear from us, whatever else we wait for.
  func hold(agentThere agent: HeldTool) {
    content.withLock { $0.agentThere = agent }
    watch(agent, "the target's agent of this session ended", .unavailable)
    beat(agent)
  }

  /// A sign of life every 5 s until the agent's input is closed, on a queue of its own: it must not
  /// wait for anybody who reads our output.
  private func beat(_ agent: HeldTool) {
    guard agent.send(UInt8(ascii: "\n")) else { return }
    heart.asyncAfter(deadline: .now() + .seconds(5)) { @Sendable in self.beat(agent) }
  }

  func hold(monitor: HeldTool) {
    content.withLock { $0.monitors.append(monitor) }
    watch(monitor, "the disk monitor ended", .failure)
  }

  func hold(lender: HeldTool) {
    content.withLock { $0.lender = lender }
  }

  func hold(inhibitor: HeldTool) {
    content.withLock { $0.inhibitor = inhibitor }
  }

  /// Ends the sync with `what`, or with a lost connection, when the tool ends.
  private func watch(_ tool: HeldTool, _ what: String?, _ status: ExitStatus) {
    Task {
      var failure: any Error =
        what.map { SyncError($0, id: "session.guard", exitStatus: status) } ?? lostConnection
      do {
        _ = try await tool.reply.get()
      } catch let error as StepFailure {
        // One that was never let in guarded nothing: the step that started it says why.
        if error.exitStatus == .noPermission { return }
        if LostConnection.isCause(of: error) {
          // Of what runs on the target, whichever is noticed first.
          failure = lostConnection
        } else if error.id != "sync.failed" {
          failure = error
        }
      } catch let error as SilenceError {
        failure = error
      } catch {}
      if tool !== content.withLock({ $0.agentThere }), Self.mayFollow(failure) {
        await awaitCause(of: failure)
      }
      let action = content.withLock { content -> (@Sendable () -> Void)? in
        guard !content.isStopping, content.failure == nil else { return nil }
        content.failure = failure
        return content.onFailure
      }
      action?()
    }
  }

  /// Returns what `error` comes from: the end of a guard, a lost connection, or itself.
  func cause(of error: any Error) async -> any Error {
    let isJudged = content.withLock { content in
      defer { content.isJudged = true }
      return content.isJudged
    }
    if !isJudged { await awaitCause(of: error) }
    return failure ?? (LostConnection.isCause(of: error) ? lostConnection : error)
  }

  /// Gives the guard whose end may be the cause of `error` the moment it takes to end: when the
  /// target ends its half, what runs there ends first, and its agent last.
  private func awaitCause(of error: any Error) async {
    guard failure == nil, let error = error as? any ToolError else { return }
    let agent = content.withLock { $0.agentThere }
    let isAgentGone = await agent?.hasEnded(
      within: .seconds(10), unless: { self.content.withLock { $0.failure != nil || $0.isAborted } })
    if isAgentGone == true || Self.mayFollow(error) { await awaitFailure() }
  }

  /// Whether `error` is what the loss of a guard looks like to others.
  private static func mayFollow(_ error: any Error) -> Bool {
    guard let error = error as? any ToolError else { return false }
    return error.exitStatus == .terminated || error.id.hasPrefix("remote.")
      || error.id == "session.guard" && error.exitStatus == .failure
  }

  /// Ends every wait for a cause.
  func abort() {
    content.withLock { $0.isAborted = true }
  }

  private func awaitFailure() async {
    let limit = ContinuousClock.now + .seconds(1)
    while failure == nil, ContinuousClock.now < limit {
      try? await Task.sleep(for: .milliseconds(10))
    }
  }

  func stopMonitors() async {
    let monitors = content.withLock { content in
      content.isStopping = true
      defer { content.monitors = [] }
      return content.monitors
    }
    for monitor in monitors { monitor.cancel() }
    for monitor in monitors { await monitor.waitForEnd(atMost: .seconds(2)) }
  }

  /// Ends everything that still runs for the session, and frees the locks.
  ///
  /// After an orderly end nothing runs any more, and neither machine waits for the other; an agent
  /// that did not end well then is returned as a problem.
  func releaseAgents(isOrderly: Bool) async -> [EndProblem] {
    await stopMonitors()
    let held = content.withLock { $0 }
    held.inhibitor?.closeInput()
    await held.inhibitor?.waitForEnd(atMost: .seconds(1))
    held.agentThere?.closeInput()
    if isOrderly { held.agentHere?.closeInput() }
    await held.agentThere?.waitForEnd(atMost: isOrderly ? .seconds(10) : .milliseconds(1500))
    held.agentHere?.closeInput()
    await held.agentHere?.waitForEnd(atMost: isOrderly ? .seconds(10) : .seconds(6))
    guard isOrderly else { return [] }
    var problems: [EndProblem] = []
    for (place, agent) in [("the target", held.agentThere), ("this machine", held.agentHere)] {
      do {
        _ = try await agent?.reply.get()
      } catch {
        let isLate = error is CancellationError
        let reason = isLate ? "it did not end within 10 s" : "\(error)"
        problems.append(
          EndProblem(
            what: "the agent on \(place) did not end well: \(reason)",
            status: isLate && agent === held.agentThere ? .unavailable : .failure))
      }
    }
    return problems
  }

  /// An agent that did not end well after an orderly sync.
  struct EndProblem: ToolError, Equatable {
    let what: String
    let status: ExitStatus

    var id: String { "session.end" }
    var description: String { what }
    var exitStatus: ExitStatus { status }
  }

  /// Takes the lent tools away from the target again.
  func releaseLender() async {
    let lender = content.withLock { content in
      defer { content.lender = nil }
      return content.lender
    }
    lender?.closeInput()
    await lender?.waitForEnd(atMost: .seconds(5))
  }

  func releaseConnection() async {
    await releaseLender()
    await content.withLock { $0.connection }?.endConnection(runner?.unleashed)
  }

  /// Ends everything without any grace; waits for nothing.
  func hurry() {
    let held = content.withLock { content in
      content.isStopping = true
      return content
    }
    for agent in [held.agentThere, held.agentHere] {
      _ = agent?.send(AgentSocket.hurry)
      agent?.closeInput()
    }
    held.connection?.closeInput()
  }
}
