package import PCSCore

/// How many logs stay.
package struct LogRetention: Sendable, Equatable {
  package var count: Int
  /// Bytes of all logs together.
  package var size: UInt64
  /// nil keeps them whatever their age.
  package var age: Duration?

  package init(count: Int = 50, size: UInt64 = 200_000_000, age: Duration? = nil) {
    self.count = count
    self.size = size
    self.age = age
  }

  /// The logs that go, oldest first; the newest always stays.
  package func expired(_ logs: [StoredLog], now: Timestamp = .now) -> [StoredLog] {
    let newestFirst = logs.sorted { $0.name > $1.name }
    var total: UInt64 = 0
    var kept = 0
    var expired: [StoredLog] = []
    for log in newestFirst {
      let isTooOld = age.map {
        Double(now.milliseconds - log.modified.milliseconds) / 1000 > $0.seconds
      }
      let fits = kept < count && total + log.size <= size && isTooOld != true
      if kept == 0 || (expired.isEmpty && fits) {
        kept += 1
        total += log.size
      } else {
        expired.append(log)
      }
    }
    return expired.reversed()
  }
}

/// A log that lies in the directory of logs.
package struct StoredLog: Sendable, Equatable {
  package var name: LogName
  /// Bytes.
  package var size: UInt64
  package var modified: Timestamp

  package init(name: LogName, size: UInt64, modified: Timestamp) {
    self.name = name
    self.size = size
    self.modified = modified
  }
}
