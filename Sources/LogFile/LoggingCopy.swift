package import PCSCore

/// Copies a stream to an output and logs it, line by line.
package struct LoggingCopy: ~Copyable {
  private let output: PatientOutput
  /// The least level of log lines that the output gets.
  private let level: LogLevel
  private var log: LogRecorder
  private var cutter = LineCutter()
  /// What readers should know, until a line of the stream has ended.
  private var news: [Event] = []
  private var isInsideLine = false

  package init(
    to output: PatientOutput, passing level: LogLevel = .debug, log: consuming LogRecorder
  ) {
    self.output = output
    self.level = level
    self.log = log
  }

  package mutating func append(_ chunk: [UInt8]) throws {
    for line in cutter.append(chunk) { try pass(line) }
  }

  /// Passes on what is left, and returns whether all that belongs into the log is there.
  ///
  /// Throws when the output could not be written.
  package mutating func finish() throws -> Bool {
    if let rest = cutter.finish() { try pass(rest) }
    news += log.finish()
    if isInsideLine, !news.isEmpty { output.write([UInt8(ascii: "\n")]) }
    isInsideLine = false
    try tellNews()
    if let error = output.finish() { throw error }
    return log.isComplete
  }

  private mutating func pass(_ bytes: [UInt8]) throws {
    let hasEnded = bytes.last == UInt8(ascii: "\n")
    let line = LoggedLine(hasEnded ? Array(bytes[..<(bytes.count - 1)]) : bytes)
    news += log.record(line)
    try tellNews()
    if line.type == "log", hasEnded, !isInsideLine, !line.isLogged(at: level) { return }
    output.write(bytes, isProgress: line.isProgress && !isInsideLine && hasEnded)
    isInsideLine = !hasEnded
  }

  private mutating func tellNews() throws {
    guard !isInsideLine else { return }
    for event in news { output.write(try event.line) }
    news = []
  }
}
