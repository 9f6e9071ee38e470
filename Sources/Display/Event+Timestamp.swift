import PCSCore

extension Event {
  /// When it happened, for lines that say so.
  var timestamp: Timestamp? {
    switch self {
    case .log(let entry): entry.timestamp
    case .progress(let update): update.timestamp
    case .state(let change): change.timestamp
    case .moduleResult(let outcome): outcome.timestamp
    case .connection(let connection): connection.timestamp
    case .disk(let space): space.timestamp
    case .result(let result): result.timestamp
    default: nil
    }
  }
}
