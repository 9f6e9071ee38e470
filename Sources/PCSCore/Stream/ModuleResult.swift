/// How a module ended, the seed's `ModuleResult`.
package enum ModuleResult: String, Sendable, Codable {
  case success = "SUCCESS"
  case skipped = "SKIPPED"
  case failed = "FAILED"
}

/// The end of one module; a `module_result` line.
package struct ModuleOutcome: Codable, Sendable, Equatable {
  package enum Phase: String, Codable, Sendable { case pre, post }

  package var timestamp: Timestamp
  package var sessionID: String
  package var module: String
  /// Only for `btrfs-snapshots`, which runs before and after all others.
  package var phase: Phase?
  package var result: ModuleResult
  /// Seconds that `execute` took.
  package var duration: Double
  @Nullable package var error: ErrorDescription?

  private enum CodingKeys: String, CodingKey {
    case timestamp, module, phase, result, duration, error
    case sessionID = "session_id"
  }

  package init(
    timestamp: Timestamp = .now, sessionID: String, module: String, phase: Phase? = nil,
    result: ModuleResult, duration: Double, error: ErrorDescription? = nil
  ) {
    self.timestamp = timestamp
    self.sessionID = sessionID
    self.module = module
    self.phase = phase
    self.result = result
    self.duration = duration
    self.error = error
  }
}
