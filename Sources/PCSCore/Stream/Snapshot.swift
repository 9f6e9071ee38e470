package import SystemPackage

/// A btrfs snapshot made for a session, the seed's `Snapshot`; a `snapshot` line.
package struct Snapshot: Codable, Sendable, Equatable {
  package enum Kind: String, Codable, Sendable, CaseIterable {
    case preSync = "PRE_SYNC"
    case postSync = "POST_SYNC"

    /// The word in the snapshot's name.
    package var word: String { self == .preSync ? "presync" : "postsync" }
  }

  /// The name of the subvolume, such as `@home`; of a nested one with `-` for each slash.
  package var subvolume: String
  package var snapshotPath: String
  package var timestamp: Timestamp
  package var sessionID: String
  package var kind: Kind
  package var hostname: String
  package var isReadOnly: Bool
  package var uuid: String
  /// The generation the snapshot was at when it was made; it identifies its content with `uuid`.
  package var generation: UInt64
  /// The subvolume it is a snapshot of; nil where only its name is known.
  package var origin: SubvolumeIdentity?
  /// The home directory that the subvolume is, when it gets a snapshot for that; nil otherwise.
  package var home: String?

  private enum CodingKeys: String, CodingKey {
    case subvolume, timestamp, hostname, uuid, generation, origin, home
    case snapshotPath = "snapshot_path"
    case sessionID = "session_id"
    case kind = "snapshot_type"
    case isReadOnly = "readonly"
  }

  package init(
    subvolume: String, snapshotPath: FilePath, timestamp: Timestamp, sessionID: String,
    kind: Kind, hostname: String, isReadOnly: Bool, uuid: String, generation: UInt64,
    origin: SubvolumeIdentity? = nil
  ) {
    self.subvolume = subvolume
    self.snapshotPath = snapshotPath.string
    self.timestamp = timestamp
    self.sessionID = sessionID
    self.kind = kind
    self.hostname = hostname
    self.isReadOnly = isReadOnly
    self.uuid = uuid
    self.generation = generation
    self.origin = origin
  }
}

/// The name of a snapshot: `{subvolume}-{presync|postsync}-{timestamp}-{session}`.
package struct SnapshotName: Sendable, Equatable {
  package let subvolume: String
  package let kind: Snapshot.Kind
  /// UTC, such as `20251115T120000Z`.
  package let timestamp: String
  package let sessionID: String

  package init(subvolume: String, kind: Snapshot.Kind, timestamp: Timestamp, sessionID: String) {
    self.subvolume = subvolume
    self.kind = kind
    self.timestamp = timestamp.compact
    self.sessionID = sessionID
  }

  /// Reads a name; nil when it is not one of ours.
  package init?(_ name: String) {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4,
      let kind = Snapshot.Kind.allCases.first(where: { $0.word == parts[parts.count - 3] }),
      SessionID.isValid(String(parts[parts.count - 1])), Self.isTimestamp(parts[parts.count - 2])
    else { return nil }
    subvolume = parts.dropLast(3).joined(separator: "-")
    self.kind = kind
    timestamp = String(parts[parts.count - 2])
    sessionID = String(parts[parts.count - 1])
    guard !subvolume.isEmpty else { return nil }
  }

  package var text: String { "\(subvolume)-\(kind.word)-\(timestamp)-\(sessionID)" }

  /// When the snapshot was made, to the second.
  package var moment: Timestamp? {
    let digits = Array(timestamp)
    guard digits.count == 16 else { return nil }
    func part(_ range: Range<Int>) -> String { String(digits[range]) }
    return Timestamp(
      "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z"
    )
  }

  private static func isTimestamp(_ text: Substring) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else {
      return false
    }
    return bytes.enumerated().allSatisfy { index, byte in
      index == 8 || index == 15 || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
  }
}
