import Synchronization

/// Lines from the task that reads them to the one that takes them.
///
/// While one takes them, the reader waits when many are queued. While none does, all are kept: the
/// other machine must never wait to write when this one waits for it to read.
package final class LineQueue: Sendable {
  private struct State {
    var lines: [[UInt8]] = []
    var first = 0
    var isTaken = false
    /// Why no more lines come: nil in it for an end without an error.
    var end: (any Error)??
    var taker: CheckedContinuation<Void, Never>?
    var reader: CheckedContinuation<Void, Never>?

    var count: Int { lines.count - first }

    mutating func popFirst() -> [UInt8]? {
      guard count > 0 else { return nil }
      let line = lines[first]
      lines[first] = []
      first += 1
      if first == lines.count || first > LineQueue.most {
        lines.removeFirst(first)
        first = 0
      }
      return line
    }
  }

  static let most = 1024
  private let state = Mutex(State())

  package init() {}

  /// Adds a line; waits while one takes lines and many are queued.
  package func add(_ line: [UInt8]) async {
    let isFull = state.withLock { state in
      state.lines.append(line)
      state.taker.take()?.resume()
      return state.isTaken && state.count >= Self.most
    }
    if !isFull { return }
    await withCheckedContinuation { reader in
      state.withLock { state in
        guard state.isTaken, state.count >= Self.most else { return reader.resume() }
        state.reader = reader
      }
    }
  }

  /// No more lines come.
  package func end(_ error: (any Error)? = nil) {
    state.withLock { state in
      state.end = error
      state.taker.take()?.resume()
    }
  }

  /// Takes lines by `next`, as long as `body` runs.
  package func taking<Value>(_ body: () async throws -> Value) async throws -> Value {
    state.withLock { $0.isTaken = true }
    defer {
      state.withLock { state in
        state.isTaken = false
        state.reader.take()?.resume()
      }
    }
    return try await body()
  }

  /// Returns the oldest line, as soon as there is one; nil after the last, and once this task is
  /// cancelled.
  package func next() async throws -> [UInt8]? {
    while !Task.isCancelled {
      let (line, end) = state.withLock { state -> ([UInt8]?, (any Error)??) in
        let line = state.popFirst()
        if state.count < Self.most / 2 { state.reader.take()?.resume() }
        return (line, state.end)
      }
      if let line { return line }
      if let end {
        if let error = end { throw error }
        return nil
      }
      await waitForMore()
    }
    return nil
  }

  private func waitForMore() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { taker in
        state.withLock { state in
          guard state.count == 0, state.end == nil, !Task.isCancelled else { return taker.resume() }
          state.taker = taker
        }
      }
    } onCancel: {
      state.withLock { $0.taker.take()?.resume() }
    }
  }
}
