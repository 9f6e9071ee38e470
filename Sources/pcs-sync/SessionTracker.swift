import PCSCore
import Synchronization

/// The session as it goes on: its state, its results, and what was recorded of it.
final class SessionTracker: Sendable {
  private struct Content {
    var session: SyncSession
    var snapshots: [Snapshot] = []
    var modules: [String: SessionRecord.Module] = [:]
    var outcomes: [ModuleOutcome] = []
    var isAnnounced = false
    var isPartial = false
    var number: Int?
    var hasWritten: Bool? = false
  }

  private let content: Mutex<Content>
  private let stream: SessionStream

  init(_ session: SyncSession, stream: SessionStream) {
    content = Mutex(Content(session: session))
    self.stream = stream
  }

  /// Says that the session begins.
  func begin() {
    let session = session
    stream.emit(
      .state(StateChange(sessionID: session.id, state: session.state, previous: nil)))
  }

  var session: SyncSession {
    content.withLock { content in
      content.session.hasErrors = stream.errorCount > 0
      return content.session
    }
  }

  var snapshots: [Snapshot] { content.withLock { $0.snapshots } }
  var outcomes: [ModuleOutcome] { content.withLock { $0.outcomes } }

  func update(_ change: (inout SyncSession) -> Void) {
    content.withLock { change(&$0.session) }
  }

  /// Goes on to `state`, and says so.
  func transition(to state: SessionState) throws {
    let previous = try content.withLock { content in
      let previous = content.session.state
      content.session.state = try previous.transition(to: state)
      return previous
    }
    stream.emit(
      .state(StateChange(sessionID: session.id, state: state, previous: previous)))
  }

  /// Writes the `session` line: when it is created, and when it has ended.
  func announce() {
    content.withLock { $0.isAnnounced = true }
    stream.emit(.session(session))
  }

  var isAnnounced: Bool { content.withLock { $0.isAnnounced } }

  /// Whether something of the user's was changed on the target; nil where that is not known.
  var hasWritten: Bool? {
    get { content.withLock { $0.hasWritten } }
    set { content.withLock { $0.hasWritten = newValue } }
  }

  /// The place of the session among those of both machines.
  var number: Int? {
    get { content.withLock { $0.number } }
    set { content.withLock { $0.number = newValue } }
  }

  func add(_ snapshots: [Snapshot]) {
    content.withLock { $0.snapshots += snapshots }
  }

  /// Whether a module left something undone that no later sync brings by itself.
  var isPartial: Bool { content.withLock { $0.isPartial } }

  func notePartial() {
    content.withLock { $0.isPartial = true }
  }

  /// Notes how a module ended, and says so.
  ///
  /// Of several ends of one name the worst counts.
  func note(_ outcome: ModuleOutcome, state: JSON? = nil) {
    content.withLock { content in
      content.outcomes.append(outcome)
      if content.session.moduleResults[outcome.module] != .failed {
        content.session.moduleResults[outcome.module] = outcome.result
      }
      content.modules[outcome.module] = .init(result: outcome.result, state: state)
    }
    stream.emit(.moduleResult(outcome))
  }

  /// What `pcs-history` is given, with the state that is to be remembered.
  func record(as state: SessionState) throws -> [UInt8] {
    var session = session
    session.state = state
    let document = try content.withLock { content in
      JSON.object([
        "session": try JSON(encoding: session), "snapshots": try JSON(encoding: content.snapshots),
        "modules": try JSON(encoding: content.modules),
        "number": content.number.map { .integer(Int64($0)) } ?? .null,
        "written": content.hasWritten.flatMap { has in
          // One that dies while it works can no longer take its word back.
          has || state != .executing ? .bool(has) : nil
        } ?? .null,
      ])
    }
    return Array(document.text.utf8)
  }
}
