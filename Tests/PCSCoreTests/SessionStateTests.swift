import PCSCore
import Testing

/// Requirement S1: the states of a session and every pair of them.
@Suite struct SessionStateTests {
  /// What the seed allows; every pair that is not here is refused.
  private static let allowed: [SessionState: Set<SessionState>] = [
    .initializing: [.validating, .cleanup],
    .validating: [.executing, .cleanup],
    .executing: [.completed, .cleanup],
    .cleanup: [.aborted, .failed],
    .completed: [], .aborted: [], .failed: [],
  ]

  @Test("S1: every transition is allowed or refused", arguments: SessionState.allCases)
  func everyPairIsDecided(_ state: SessionState) throws {
    let allowed = try #require(Self.allowed[state])
    for next in SessionState.allCases {
      #expect(state.allows(next) == allowed.contains(next), "\(state) → \(next)")
    }
  }

  @Test func aTransitionLeadsToTheNextState() throws {
    #expect(try SessionState.executing.transition(to: .completed) == .completed)
  }

  @Test func aForbiddenTransitionIsABugOfOurs() {
    let error = #expect(throws: TransitionError.self) {
      try SessionState.validating.transition(to: .failed)
    }
    #expect(error?.description == "session: cannot go from VALIDATING to FAILED")
    #expect(error?.exitStatus == .software)
  }

  @Test("S1: aborted and failed are reached through cleanup alone")
  func badEndsPassThroughCleanup() {
    for end in [SessionState.aborted, .failed] {
      #expect(SessionState.allCases.filter { $0.allows(end) } == [.cleanup])
    }
    #expect(SessionState.allCases.filter { $0.allows(.completed) } == [.executing])
  }

  @Test func whatLeadsNowhereIsTerminal() {
    for state in SessionState.allCases {
      #expect(state.isTerminal == !SessionState.allCases.contains(where: state.allows))
    }
  }
}
