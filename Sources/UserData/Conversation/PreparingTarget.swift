import FileTrees
package import PCSCore

/// The target while it prepares what the source sends.
///
/// Once a frame has failed, the rest of the stream and the commit behind it are not answered: the
/// failure was.
package final class PreparingTarget {
  private enum State {
    case idle
    case preparing(PreparedCommit)
    /// The plans do not send all that it takes: what comes along with them is not for us.
    case refused
    case failed
  }

  private let reporter: Reporter
  private var state = State.idle

  package init(_ reporter: Reporter) {
    self.reporter = reporter
  }

  package func begin(_ requests: [PlanRequest], _ answer: (PlanAnswer) -> Void) throws {
    if case .preparing(let commit) = state { commit.discard() }
    state = .failed
    let commit = try PreparedCommit.begin(requests, reporter: reporter, answer: answer)
    state = commit.map(State.preparing) ?? .refused
  }

  /// Returns whether there is an end of an answer to write, which only an error brings.
  package func receive(_ bytes: [UInt8]) throws -> Bool {
    guard case .preparing(let commit) = state else { return false }
    do { try commit.receive(bytes) } catch let error as CancellationError {
      throw error
    } catch {
      commit.discard()
      state = .failed
      throw error
    }
    return false
  }

  package func commit(_ answer: (PlanAnswer) -> Void) throws -> Bool {
    defer { state = .idle }
    switch state {
    case .preparing(let commit):
      try commit.carryOut(answer)
      return true
    case .refused: return true
    case .failed: return false
    case .idle: throw WireError()
    }
  }

  /// Answers a question about what interrupted syncs received.
  package func answer(_ request: ReceivedRequest, _ write: ([UInt8]) throws -> Void) throws {
    try preparing().answer(request, write)
  }

  package func answer(_ request: ReceivedBlocksRequest, _ write: ([UInt8]) throws -> Void) throws {
    try preparing().answer(request, write)
  }

  private func preparing() throws(WireError) -> PreparedCommit {
    guard case .preparing(let commit) = state else { throw WireError() }
    return commit
  }

  /// Ends without a commit, since the source is gone; keeps what was received for the next sync.
  package func end() {
    if case .preparing(let commit) = state { commit.interrupt() }
    state = .idle
  }
}
