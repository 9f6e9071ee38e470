/// A commit of users' files on this machine that was begun and has not been carried to its end: a
/// file of `/var/lib/pc-switcher/commits`.
///
/// Whoever commits may keep more in the file; readers ignore what they do not know.
package struct WaitingCommit: Codable, Sendable, Equatable {
  /// A folder that the commit brings up to date.
  package struct Folder: Codable, Sendable, Equatable {
    package var path: String
    /// The subvolume it lies in, by its flat name.
    package var subvolume: String

    package init(path: String, subvolume: String) {
      self.path = path
      self.subvolume = subvolume
    }
  }

  package var sessionID: String
  /// The machine that the files come from.
  package var peer: SessionRecord.Party
  package var folders: [Folder]
  package var started: Timestamp

  private enum CodingKeys: String, CodingKey {
    case peer, folders, started
    case sessionID = "session_id"
  }

  package init(
    sessionID: String, peer: SessionRecord.Party, folders: [Folder], started: Timestamp = .now
  ) {
    self.sessionID = sessionID
    self.peer = peer
    self.folders = folders
    self.started = started
  }

  package var subvolumes: Set<String> { Set(folders.map(\.subvolume)) }

  /// What every tool says while it waits.
  package var warning: String {
    "the commit of session \(sessionID), begun at \(started), waits for its end:"
      + " \(folders.map(\.path).joined(separator: ", ")) is partly as on \(peer.hostname);"
      + " the next pcs-sync completes it, or 'pcs-module-user-data recover'"
  }

  /// What the one who begins a session learns of it.
  package var event: Event { .other(context.merging(["type": Self.eventType]) { $1 }) }

  private static let eventType: JSON = "waiting_commit"

  /// Whether an event tells of a commit that waits.
  package static func isTold(by event: Event) -> Bool {
    if case .other(let members) = event { members["type"] == eventType } else { false }
  }

  /// The facts of it, for scripts.
  package var context: [String: JSON] {
    [
      "waits": "commit", "waiting_session": .string(sessionID), "peer": .string(peer.hostname),
      "folders": .array(folders.map { .string($0.path) }),
    ]
  }
}
