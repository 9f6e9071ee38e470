import Synchronization

extension ModuleContext {
  /// Runs `command` on the target in the module's name, waits for its end, and passes on the
  /// events it writes as they come; an abort ends it.
  ///
  /// `pcs-emit` works inside it as it does here.
  package func runOnTarget(_ command: [String], sudo: Bool = false) throws {
    guard let remote else {
      throw SyncError("\(invocation.module): no target", id: "module.target")
    }
    let speaker = [
      "env", "PCS_MODULE=\(invocation.module)", "PCS_SESSION_ID=\(invocation.session.id)",
    ]
    let lines = TargetLines(self)
    try blocking {
      try await remote.stream(speaker + command, sudo: sudo, isStream: true) { lines.relay($0) }
    }
    lines.finish()
  }
}

/// Passes on the lines of one command on the target: an event as it is, anything else as the
/// message of a WARNING, and nothing that the target may not write.
private final class TargetLines: Sendable {
  private let context: ModuleContext
  private let check: TargetLine
  private let misfits = Mutex(MisfitCount())

  init(_ context: ModuleContext) {
    self.context = context
    check = TargetLine(
      hostname: context.session.targetHostname, session: context.session.id)
  }

  func relay(_ line: [UInt8]) {
    guard let event = Event(line: line) else { return drop(String(decoding: line, as: UTF8.self)) }
    if case .result = event { return }
    if let problem = check.problem(with: event) { return drop(problem) }
    context.reporter.emit(event)
  }

  func finish() {
    if let summary = misfits.withLock({ $0.summary }) { context.log(.warning, summary) }
  }

  private func drop(_ what: String) {
    if !what.isEmpty, misfits.withLock({ $0.add() }) {
      context.log(.warning, String(what.prefix(4096)))
    }
  }
}
