package import PCSCore

/// The name of a subvolume that a rollback replaced.
///
/// It is `{subvolume}-rolledback-{timestamp}-{session}`.
package struct RolledBackName: Sendable, Equatable {
  package let subvolume: String
  /// When the rollback was: `20251115T120000Z`.
  package let timestamp: String
  package let sessionID: String

  package init(subvolume: String, timestamp: Timestamp, sessionID: String) {
    self.subvolume = subvolume
    self.timestamp = timestamp.compact
    self.sessionID = sessionID
  }

  /// Reads a name; nil when it is not one of ours.
  package init?(_ name: String) {
    let word = "-rolledback-"
    guard let end = name.lastRange(of: word) else { return nil }
    // The rest is as in a snapshot's name, so that is what reads it.
    let asSnapshot = SnapshotName("\(name[..<end.lowerBound])-presync-\(name[end.upperBound...])")
    guard let asSnapshot else { return nil }
    subvolume = asSnapshot.subvolume
    timestamp = asSnapshot.timestamp
    sessionID = asSnapshot.sessionID
  }

  package var text: String { "\(subvolume)-rolledback-\(timestamp)-\(sessionID)" }

  /// When the rollback was, to the second.
  package var moment: Timestamp? {
    SnapshotName("x-presync-\(timestamp)-\(sessionID)")?.moment
  }
}

extension String {
  /// Where `word` occurs last.
  fileprivate func lastRange(of word: String) -> Range<String.Index>? {
    var end = endIndex
    while end > startIndex {
      if self[..<end].hasSuffix(word) { return index(end, offsetBy: -word.count)..<end }
      end = index(before: end)
    }
    return nil
  }
}
