package import PCSCore
import PCSTool

/// A log line as it scrolls by: `time level module@hostname message`.
package enum LogText {
  package static func line(_ entry: LogEntry) -> StyledLine {
    var line = StyledLine(EventText.time(entry.timestamp) + " ", .dim)
    line.append(entry.level.rawValue.padded(to: 8) + " ", entry.level.style)
    line.append(
      EventText.printable("\(entry.module)@\(entry.hostname) "), .dim)
    line.append(EventText.message(of: entry), entry.level < .info ? .dim : .plain)
    return line
  }
}
