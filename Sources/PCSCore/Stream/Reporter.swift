import Synchronization
import SystemPackage

/// Where a tool's events go: JSON lines, or text for people.
package final class Reporter: Sendable {
  package enum Format: String, Sendable, CaseIterable { case json, text }

  /// Turns an event into the lines that people see; nil for one they need not see.
  package typealias Renderer = @Sendable (Event) -> String?

  /// In whose name lines are written, and for which session.
  package struct Speaker: Sendable {
    package var module: String
    package var sessionID: String
  }

  /// The name in `result` lines.
  package let tool: String
  package let format: Format
  private let speaker: Mutex<Speaker>
  private let writer: EventWriter
  private let renderer: Renderer
  private let failure = Mutex<OutputError?>(nil)
  private let loggedErrors = Mutex(false)

  package init(
    tool: String, module: String = "core", sessionID: String, format: Format,
    writer: EventWriter = EventWriter(), renderer: @escaping Renderer
  ) {
    self.tool = tool
    speaker = Mutex(Speaker(module: module, sessionID: sessionID))
    self.format = format
    self.writer = writer
    self.renderer = renderer
  }

  package var sessionID: String { speaker.withLock { $0.sessionID } }

  /// Writes what follows in the name of `module`, for another session.
  package func speak(as module: String, in sessionID: String) {
    speaker.withLock { $0 = Speaker(module: module, sessionID: sessionID) }
  }

  /// The first failure to write, if there was one; a tool ends with it.
  package var outputError: OutputError? { failure.withLock { $0 } }

  /// Whether a line of level ERROR or above was logged.
  package var hasLoggedErrors: Bool { loggedErrors.withLock { $0 } }

  /// Writes an event; people see `text`, or what the renderer makes of it.
  package func emit(_ event: Event, asText text: String? = nil) {
    write {
      switch format {
      case .json: try writer.write(event)
      case .text:
        guard let text = text ?? renderer(event) else { return }
        let printable = PrintableText.escape(text, keeping: ["\n", "\t"])
        try writer.write(line: Array((printable + "\n").utf8))
      }
    }
  }

  private func write(_ body: () throws -> Void) {
    do {
      try body()
    } catch {
      let error = error as? OutputError ?? OutputError(errno: .ioError)
      failure.withLock { if $0 == nil { $0 = error } }
    }
  }

  /// Writes an event that came from another program of ours as it is: who reads looks at it anyway.
  package func passOn(_ line: [UInt8]) {
    switch format {
    case .json: write { try writer.write(line: line + [UInt8(ascii: "\n")]) }
    case .text: if let event = Event(line: line) { emit(event) }
    }
  }

  package func log(_ level: LogLevel, _ message: String, _ context: [String: JSON] = [:]) {
    emit(event(level, message, context))
  }

  /// Logs many lines of one level; a reader gets them all at once.
  package func log(_ level: LogLevel, _ lines: [(message: String, context: [String: JSON])]) {
    let events = lines.map { event(level, $0.message, $0.context) }
    guard format == .json else {
      for event in events { emit(event) }
      return
    }
    write { try writer.write(line: events.flatMap { try $0.line }) }
  }

  private func event(
    _ level: LogLevel, _ message: String, _ context: [String: JSON]
  ) -> Event {
    let speaker = speaker.withLock { $0 }
    var context = context
    if speaker.module == "core" { context["tool"] = context["tool"] ?? .string(tool) }
    if level >= .error { loggedErrors.withLock { $0 = true } }
    return .log(
      LogEntry(
        level: level, module: speaker.module, hostname: Machine.hostname, message: message,
        context: context, sessionID: speaker.sessionID))
  }

  package func progress(
    _ fraction: Double?, _ item: String, eta: Duration? = nil, amounts: ProgressAmounts? = nil
  ) {
    let speaker = speaker.withLock { $0 }
    emit(
      .progress(
        ProgressUpdate(
          module: speaker.module, hostname: Machine.hostname, percentage: fraction,
          currentItem: item, eta: eta?.seconds, sessionID: speaker.sessionID, amounts: amounts)))
  }
}
