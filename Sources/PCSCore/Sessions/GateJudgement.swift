/// What one machine's history says of a sync; a `gate` line.
package struct GateJudgement: Codable, Sendable, Equatable {
  /// The gates that are closed.
  package var findings: [SyncGate.Finding]
  /// The newest completed session with this peer.
  package var lastWithPeer: SessionRecord?
  /// The newest session of all, if it has no end: it runs, or it died.
  package var unfinished: SessionRecord?
  /// The highest number of a session, whoever the peer was.
  package var highestNumber: Int
  /// The time of day on this machine.
  package var timestamp: Timestamp

  private enum CodingKeys: String, CodingKey {
    case verdict, reason, closed, unfinished, timestamp
    case lastWithPeer = "last_with_peer"
    case highestNumber = "highest_number"
  }

  package init(
    findings: [SyncGate.Finding] = [], lastWithPeer: SessionRecord? = nil,
    unfinished: SessionRecord? = nil, highestNumber: Int = 0, timestamp: Timestamp = .now
  ) {
    self.findings = findings
    self.lastWithPeer = lastWithPeer
    self.unfinished = unfinished
    self.highestNumber = highestNumber
    self.timestamp = timestamp
  }

  /// Reads a line; one of an older version has a single verdict and no number.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let closed = try container.decodeIfPresent([SyncGate.Finding].self, forKey: .closed) {
      findings = closed
    } else {
      let verdict = try container.decode(SyncGate.Verdict.self, forKey: .verdict)
      let reason = try container.decodeIfPresent(String.self, forKey: .reason) ?? ""
      findings = verdict == .open ? [] : [SyncGate.Finding(verdict, reason)]
    }
    lastWithPeer = try container.decodeIfPresent(SessionRecord.self, forKey: .lastWithPeer)
    unfinished = try container.decodeIfPresent(SessionRecord.self, forKey: .unfinished)
    highestNumber = try container.decodeIfPresent(Int.self, forKey: .highestNumber) ?? 0
    timestamp = try container.decodeIfPresent(Timestamp.self, forKey: .timestamp) ?? .now
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(findings.first?.verdict ?? .open, forKey: .verdict)
    try container.encode(findings.first?.reason, forKey: .reason)
    try container.encode(findings, forKey: .closed)
    try container.encode(lastWithPeer, forKey: .lastWithPeer)
    try container.encode(unfinished, forKey: .unfinished)
    try container.encode(highestNumber, forKey: .highestNumber)
    try container.encode(timestamp, forKey: .timestamp)
  }
}
