package import SystemPackage

/// Who has a lock, for people; the JSON in the lock file.
package struct LockHolder: Codable, Sendable, Equatable {
  /// The role of a holder that is an arbitrary command, under `pcs-lock run`.
  package static let roleOfCommand = "run"

  package var pid: Int32
  @Nullable package var sessionID: String?
  package var hostname: String
  package var timestamp: Timestamp
  @Nullable package var role: String?
  @Nullable package var peer: String?
  package var command: [String]

  private enum CodingKeys: String, CodingKey {
    case pid, hostname, timestamp, role, peer, command
    case sessionID = "session_id"
  }

  package init(
    pid: Int32, sessionID: String?, hostname: String, timestamp: Timestamp = .now, role: String?,
    peer: String?, command: [String]
  ) {
    self.pid = pid
    self.sessionID = sessionID
    self.hostname = hostname
    self.timestamp = timestamp
    self.role = role
    self.peer = peer
    self.command = command
  }
}

/// Whether a lock is held; a `lock` line.
package struct LockStatus: Codable, Sendable, Equatable {
  package enum State: String, Codable, Sendable { case held, free, stale }

  package var path: String
  package var state: State
  @Nullable package var holder: LockHolder?

  package init(path: FilePath, state: State, holder: LockHolder?) {
    self.path = path.string
    self.state = state
    self.holder = holder
  }
}
