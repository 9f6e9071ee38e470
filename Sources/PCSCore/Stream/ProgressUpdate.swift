/// How far a module is, the seed's `ProgressUpdate`; a `progress` line.
package struct ProgressUpdate: Codable, Sendable, Equatable {
  package var timestamp: Timestamp
  package var module: String
  package var hostname: String
  /// The fraction of the module's whole work that is done, 0.0–1.0, or nil when unknown.
  @Nullable package var percentage: Double?
  /// What is under way, in under 100 characters.
  package var currentItem: String
  /// Seconds to the end, when the module estimates them.
  @Nullable package var eta: Double?
  package var sessionID: String
  /// What was transferred and what has to be, where the module knows it; not written otherwise.
  package var bytesDone: UInt64?
  package var bytesTotal: UInt64?
  package var filesDone: Int?
  package var filesTotal: Int?

  private enum CodingKeys: String, CodingKey {
    case timestamp, module, hostname, percentage, eta
    case bytesDone = "bytes_done"
    case bytesTotal = "bytes_total"
    case filesDone = "files_done"
    case filesTotal = "files_total"
    case currentItem = "current_item"
    case sessionID = "session_id"
  }

  package init(
    timestamp: Timestamp = .now, module: String, hostname: String, percentage: Double?,
    currentItem: String, eta: Double? = nil, sessionID: String, amounts: ProgressAmounts? = nil
  ) {
    self.timestamp = timestamp
    self.module = module
    self.hostname = hostname
    self.percentage = percentage.map { min(max($0, 0), 1) }
    self.currentItem = currentItem.count < 100 ? currentItem : "…" + currentItem.suffix(98)
    self.eta = eta
    self.sessionID = sessionID
    bytesDone = amounts?.bytesDone
    bytesTotal = amounts?.bytesTotal
    filesDone = amounts?.filesDone
    filesTotal = amounts?.filesTotal
  }
}
