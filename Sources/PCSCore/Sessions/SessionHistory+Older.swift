import Glibc
package import SystemPackage

extension SessionHistory {
  /// Of each peer a sync looks at the newest sessions alone, back to so many that were completed:
  /// what it costs must not grow with the years.
  static let keptPerPeer = 20

  /// Where the records of older sessions are.
  package var older: FilePath { directory.appending("older") }

  /// Puts away the records of sessions that no sync will ask for.
  package func putOlderAway() throws {
    let sessions = Self.old(of: try records())
    if sessions.isEmpty { return }
    try makeDirectory(older)
    for session in sessions {
      let (old, new) = (Self.path(of: session, in: directory), Self.path(of: session, in: older))
      let result = old.withPlatformString { old in new.withPlatformString { rename(old, $0) } }
      guard result == 0 else { throw FileError(old, "cannot be put away", Errno(rawValue: errno)) }
    }
  }

  /// The sessions since which enough others with the same peer were completed and not rolled back.
  static func old(of records: [SessionRecord]) -> [String] {
    Dictionary(grouping: records, by: \.peer.machineID).values.flatMap { ofPeer in
      var completed = 0
      return ofPeer.inOrder.reversed().filter { record in
        defer { if record.session.state == .completed, !record.isRolledBack { completed += 1 } }
        return completed >= keptPerPeer
      }.map(\.session.id)
    }
  }
}
