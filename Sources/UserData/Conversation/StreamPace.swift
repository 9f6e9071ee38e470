import PCSCore

/// Keeps a stream below a number of bytes a second.
struct StreamPace {
  private let context: ModuleContext
  private let limit: UInt64?
  private let start = ContinuousClock.now
  private var sent: UInt64 = 0

  init(_ context: ModuleContext, limit: UInt64?) {
    self.context = context
    self.limit = limit
  }

  /// Waits until so many bytes more may be sent.
  mutating func wait(for bytes: Int) throws {
    guard let limit, limit > 0 else { return }
    sent += UInt64(bytes)
    let due = start + .seconds(Double(sent) / Double(limit))
    let rest = due - ContinuousClock.now
    if rest > .zero { try context.pause(rest) }
  }
}
