package import PCSCore

/// The name of a log: `sync-20251115T120000Z-abc12345.log`.
package struct LogName: Sendable, Equatable, Comparable {
  /// When the log was begun, `20251115T120000Z`.
  package let timestamp: String
  package let sessionID: String

  package init(_ timestamp: Timestamp, sessionID: String) {
    self.timestamp = timestamp.compact
    self.sessionID = sessionID
  }

  /// Reads a name; nil when it is not one of ours.
  package init?(_ name: String) {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "sync", parts[2].hasSuffix(".log"),
      SnapshotName("log-presync-\(parts[1])-00000000") != nil
    else { return nil }
    timestamp = String(parts[1])
    sessionID = String(parts[2].dropLast(4))
    guard SessionID.isValid(sessionID) else { return nil }
  }

  package var text: String { "sync-\(timestamp)-\(sessionID).log" }

  package static func < (left: LogName, right: LogName) -> Bool { left.text < right.text }
}
