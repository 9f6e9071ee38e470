/// How a tool ended; the `result` line, the last it writes.
package struct ToolResult: Codable, Sendable, Equatable {
  package enum Status: String, Codable, Sendable { case success, failed, aborted, skipped }

  package var timestamp: Timestamp
  package var tool: String
  package var status: Status
  package var exitCode: Int32
  @Nullable package var error: ErrorDescription?
  package var sessionID: String
  /// What the next sync with the same peer gets back, opaque to everyone else.
  @Nullable package var state: JSON?

  private enum CodingKeys: String, CodingKey {
    case timestamp, tool, status, error, state
    case exitCode = "exit_code"
    case sessionID = "session_id"
  }

  package init(
    timestamp: Timestamp = .now, tool: String, status: Status, exitCode: Int32,
    error: ErrorDescription? = nil, sessionID: String, state: JSON? = nil
  ) {
    self.timestamp = timestamp
    self.tool = tool
    self.status = status
    self.exitCode = exitCode
    self.error = error
    self.sessionID = sessionID
    self.state = state
  }
}
