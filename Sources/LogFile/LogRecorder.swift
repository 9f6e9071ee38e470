package import PCSCore
package import SystemPackage

/// Keeps the log of one stream.
///
/// What goes wrong costs lines of the log, never the stream.
package struct LogRecorder: ~Copyable {
  package enum Destination: Sendable {
    case nowhere
    case file(FilePath)
    /// A file of the session's name in the directory of logs below a home.
    case home(FilePath, LogDirectory.Owner?)
  }

  private static let greatestWait = 1000

  private let level: LogLevel
  private let destination: Destination
  private let begun = Timestamp.now
  private var sessionID: String?
  /// Lines that wait until a session is known, after which the file is named.
  private var waiting: [LoggedLine] = []
  private var file: LogFile?
  private var isOpened = false
  /// Whether every line that belongs into the log is there.
  package private(set) var isComplete = true

  package init(level: LogLevel, destination: Destination, sessionID: String?) {
    self.level = level
    self.destination = destination
    self.sessionID = sessionID
  }

  /// Logs a line, and returns what its readers should know: where the log is, or that lines are
  /// lost.
  package mutating func record(_ line: LoggedLine) -> [Event] {
    sessionID = sessionID ?? line.sessionID
    waiting.append(line)
    if sessionID == nil, case .home = destination, waiting.count < Self.greatestWait { return [] }
    return flush()
  }

  /// Logs what still waits.
  package mutating func finish() -> [Event] { waiting.isEmpty ? [] : flush() }

  private mutating func flush() -> [Event] {
    let session = sessionID ?? SessionID.make()
    sessionID = session
    var events = isOpened ? [] : open(session)
    let lines = waiting
    waiting = []
    for line in lines where line.isLogged(at: level) {
      do {
        guard file != nil else { break }
        let record = try line.record(sessionID: session)
        try file?.append(record, sessionID: session)
      } catch {
        events.append(complaint(error, session))
      }
    }
    return events
  }

  private mutating func open(_ session: String) -> [Event] {
    isOpened = true
    do {
      switch destination {
      case .nowhere: break
      case .file(let path): file = try LogFile(at: path)
      case .home(let home, let owner):
        let directory = try LogDirectory(below: home, owner: owner, isMade: true)
        let name = LogName(begun, sessionID: session)
        file = LogFile(try directory.append(name), at: directory.path.appending(name.text))
        for log in LogRetention().expired(try directory.logs()) { try directory.remove(log.name) }
      }
    } catch {
      return [complaint(error, session)]
    }
    guard let path = file?.path else { return [] }
    return [.logFile(path, session)]
  }

  private mutating func complaint(_ error: any Error, _ session: String) -> Event {
    isComplete = false
    return .log(
      LogEntry(
        level: .warning, module: "core", hostname: Machine.hostname,
        message: (error as? any ToolError)?.description ?? "\(error)",
        context: ["tool": "pcs-log"], sessionID: session))
  }
}

extension Event {
  /// Where the log of a stream is; a `log_file` line.
  package static func logFile(
    _ path: FilePath, _ sessionID: String, _ facts: [String: JSON] = [:]
  ) -> Event {
    var members: [String: JSON] = [
      "type": "log_file", "timestamp": .string(Timestamp.now.description),
      "session_id": .string(sessionID),
    ]
    members.merge(WirePath(path).context) { $1 }
    members.merge(facts) { $1 }
    return .other(members)
  }
}
