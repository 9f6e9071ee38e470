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
    try blocking {
      try await remote.stream(speaker + command, sudo: sudo) { self.relay($0) }
    }
  }

  /// Passes on a line of a process that the module started: an event as it is, anything else as
  /// the message of a WARNING.
  package func relay(_ line: [UInt8]) {
    switch Event(line: line) {
    case .result: break
    case let event?: reporter.emit(event)
    case nil:
      let text = String(decoding: line, as: UTF8.self)
      if !text.isEmpty { log(.warning, text) }
    }
  }
}
