/// A logged event, the seed's `LogEntry`; a `log` line.
package struct LogEntry: Codable, Sendable, Equatable {
  package var timestamp: Timestamp
  package var level: LogLevel
  /// The module's name, or `core` for the driver and the tools it runs.
  package var module: String
  /// The machine's real name.
  package var hostname: String
  package var message: String
  package var context: [String: JSON]
  package var sessionID: String

  private enum CodingKeys: String, CodingKey {
    case timestamp, level, module, hostname, message, context
    case sessionID = "session_id"
  }

  package init(
    timestamp: Timestamp = .now, level: LogLevel, module: String, hostname: String,
    message: String, context: [String: JSON] = [:], sessionID: String
  ) {
    self.timestamp = timestamp
    self.level = level
    self.module = module
    self.hostname = hostname
    self.message = message
    self.context = context
    self.sessionID = sessionID
  }
}
