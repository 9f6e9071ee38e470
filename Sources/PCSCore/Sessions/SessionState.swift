/// Where a sync stands, the seed's `SessionState`.
package enum SessionState: String, Sendable, Codable, CaseIterable {
  case initializing = "INITIALIZING"
  case validating = "VALIDATING"
  case executing = "EXECUTING"
  case cleanup = "CLEANUP"
  case completed = "COMPLETED"
  case aborted = "ABORTED"
  case failed = "FAILED"

  package var isTerminal: Bool { self == .completed || self == .aborted || self == .failed }

  /// Whether the seed allows going from this state to `next`.
  package func allows(_ next: SessionState) -> Bool {
    switch (self, next) {
    case (.initializing, .validating), (.validating, .executing), (.executing, .completed): true
    case (.initializing, .cleanup), (.validating, .cleanup), (.executing, .cleanup): true
    case (.cleanup, .aborted), (.cleanup, .failed): true
    default: false
    }
  }

  /// The next state, or an error when the seed forbids it.
  package func transition(to next: SessionState) throws(TransitionError) -> SessionState {
    guard allows(next) else { throw TransitionError(from: self, to: next) }
    return next
  }
}

package struct TransitionError: ToolError, Equatable {
  package let from: SessionState
  package let to: SessionState

  package var id: String { "session.transition" }
  package var description: String {
    "session: cannot go from \(from.rawValue) to \(to.rawValue)"
  }
  package var exitStatus: ExitStatus { .software }
}

/// One transition; a `state` line.
package struct StateChange: Codable, Sendable, Equatable {
  package var timestamp: Timestamp
  package var sessionID: String
  package var state: SessionState
  @Nullable package var previous: SessionState?

  private enum CodingKeys: String, CodingKey {
    case timestamp, state, previous
    case sessionID = "session_id"
  }

  package init(
    timestamp: Timestamp = .now, sessionID: String, state: SessionState, previous: SessionState?
  ) {
    self.timestamp = timestamp
    self.sessionID = sessionID
    self.state = state
    self.previous = previous
  }
}
