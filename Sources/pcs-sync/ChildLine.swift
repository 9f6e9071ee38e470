import PCSCore

/// What becomes of a line that a child wrote: pure, so that every kind of garbage has a test.
enum ChildLine {
  /// The events to write for a line of standard output, and the child's own ending if the line is
  /// one.
  static func read(
    _ line: [UInt8], from speaker: Speaker, session: String
  ) -> (events: [Event], result: ToolResult?) {
    guard let event = parse(line, from: speaker, session: session) else {
      return ([warning(text(line), speaker, session)], nil)
    }
    return read(event, from: speaker, session: session)
  }

  static func parse(_ line: [UInt8], from speaker: Speaker, session: String) -> Event? {
    Event(line: line) ?? incompleteLog(line, speaker, session)
  }

  static func read(
    _ event: Event, from speaker: Speaker, session: String
  ) -> (events: [Event], result: ToolResult?) {
    switch event {
    case .log(let entry): return (log(entry, speaker, session), nil)
    case .progress(var update):
      update.module = speaker.module
      update.sessionID = session
      return ([.progress(update)], nil)
    case .result(let result): return ([], result)
    case .session, .state, .moduleResult:
      return ([warning("wrote a line that is the driver's alone", speaker, session)], nil)
    case .other(let members) where members["type"] == "question":
      return ([warning("wrote a line that is the driver's alone", speaker, session)], nil)
    default: return ([event], nil)
    }
  }

  /// A line of standard error: it was written before there was a stream.
  static func error(_ line: [UInt8], from speaker: Speaker, session: String) -> Event? {
    line.isEmpty ? nil : warning(text(line), speaker, session)
  }

  private static func log(_ entry: LogEntry, _ speaker: Speaker, _ session: String) -> [Event] {
    var entry = entry
    entry.module = speaker.module
    entry.sessionID = session
    if entry.message.isEmpty { entry.message = "(no message)" }
    guard entry.level == .critical else { return [.log(entry)] }
    entry.level = .error
    return [.log(entry), warning("logged CRITICAL, which is pcs-sync's alone", speaker, session)]
  }

  /// A `log` line of a simple script that lacks what we know ourselves.
  private static func incompleteLog(
    _ line: [UInt8], _ speaker: Speaker, _ session: String
  ) -> Event? {
    guard let object = try? JSON(parsing: line), object["type"]?.string == "log",
      let level = object["level"]?.string.flatMap({ LogLevel(rawValue: $0) }),
      let message = object["message"]?.string
    else { return nil }
    return .log(
      LogEntry(
        level: level, module: speaker.module,
        hostname: object["hostname"]?.string ?? speaker.hostname,
        message: message, context: object["context"]?.object ?? [:], sessionID: session))
  }

  static func warning(_ message: String, _ speaker: Speaker, _ session: String) -> Event {
    .log(
      LogEntry(
        level: .warning, module: speaker.module, hostname: speaker.hostname, message: message,
        context: ["tool": .string(speaker.tool)], sessionID: session))
  }

  static func text(_ line: [UInt8]) -> String {
    let text = String(decoding: line.prefix(4096), as: UTF8.self)
    return text.isEmpty ? "(an empty line)" : text
  }
}
