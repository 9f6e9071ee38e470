package import PCSCore

/// One line of a stream, as far as a log must understand it.
package struct LoggedLine: Sendable, Equatable {
  /// The line as it came, without its LF.
  package let bytes: [UInt8]
  /// Whether it is an object of JSON, by the letter: `JSONDecoder` lets pass what other readers of
  /// a log would stumble over.
  package let isJSON: Bool
  package let type: String?
  package let module: String?
  package let sessionID: String?
  /// Whether it is the last line of a sync.
  package let endsSync: Bool
  private let level: LogLevel?

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    let line = try? JSONReader.read(bytes)
    isJSON = line?.members != nil
    type = line?["type"]?.string
    module = line?["module"]?.string
    level = line?["level"]?.string.flatMap(LogLevel.init(rawValue:))
    endsSync = type == "result" && line?["tool"]?.string == "pcs-sync"
    let id = line?["session_id"]?.string ?? (type == "session" ? line?["id"]?.string : nil)
    sessionID = id.flatMap { SessionID.isValid($0) ? $0 : nil }
  }

  package var isProgress: Bool { type == "progress" }

  /// Whether a log of `level` has this line: `log` lines count by their level, `progress` lines
  /// as FULL, everything else always; save questions, whose text may show a configuration.
  package func isLogged(at level: LogLevel) -> Bool {
    switch type {
    case "log": (self.level ?? .critical) >= level
    case "progress": level <= .full
    case "question": false
    default: true
    }
  }

  /// What stands in the file for this line: the line without the passwords of URLs, or, when it is
  /// no JSON, a WARNING that quotes it.
  package func record(sessionID: String) throws -> [UInt8] {
    if isJSON { return Redaction.withoutUserinfo(bytes) + [UInt8(ascii: "\n")] }
    let text = String(decoding: bytes, as: UTF8.self)
    return try Event.log(
      LogEntry(
        level: .warning, module: "core", hostname: Machine.hostname,
        message: text.allSatisfy(\.isWhitespace) ? "a line without content" : text,
        context: ["tool": "pcs-log", "reason": "not a line of JSON"], sessionID: sessionID)
    ).line
  }
}
