/// The seed's six levels of severity.
package enum LogLevel: String, Sendable, Codable, CaseIterable, Comparable {
  case debug = "DEBUG"
  case full = "FULL"
  case info = "INFO"
  case warning = "WARNING"
  case error = "ERROR"
  case critical = "CRITICAL"

  package var severity: Int {
    switch self {
    case .debug: 10
    case .full: 15
    case .info: 20
    case .warning: 30
    case .error: 40
    case .critical: 50
    }
  }

  package static func < (left: LogLevel, right: LogLevel) -> Bool {
    left.severity < right.severity
  }
}
