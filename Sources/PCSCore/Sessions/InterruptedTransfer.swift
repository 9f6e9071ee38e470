/// The amount that this machine received in a sync that ended before its commit: a file in
/// `/var/lib/pc-switcher/commits`.
package struct InterruptedTransfer: Codable, Sendable, Equatable {
  package var sessionID: String
  /// The machine that the files come from.
  package var peer: SessionRecord.Party
  package var files: Int
  package var bytes: UInt64
  /// The inodes of the directories that hold them.
  package var directories: [UInt64] = []
  package var begun: Timestamp

  /// How long they wait for the next sync.
  package static let lifetime = Duration.seconds(14 * 86400)

  private enum CodingKeys: String, CodingKey {
    case peer, files, bytes, directories, begun
    case sessionID = "session_id"
  }

  package init(
    sessionID: String, peer: SessionRecord.Party, files: Int, bytes: UInt64,
    begun: Timestamp = .now
  ) {
    self.sessionID = sessionID
    self.peer = peer
    self.files = files
    self.bytes = bytes
    self.begun = begun
  }

  /// The message of every tool while it waits.
  package var message: String {
    "\(files) file\(files == 1 ? "" : "s"), \(Size.text(bytes)) received of a sync from"
      + " \(peer.hostname) that was interrupted; the next one continues"
  }

  /// The facts of it, for scripts.
  package var context: [String: JSON] {
    [
      "waits": "transfer", "waiting_session": .string(sessionID), "peer": .string(peer.hostname),
      "files": .integer(Int64(files)), "bytes": .integer(Int64(clamping: bytes)),
    ]
  }
}
