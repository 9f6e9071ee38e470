import Glibc
package import PCSCore
import SystemPackage

/// An event as people read it.
package enum EventText {
  /// The lines for `event`, without the last LF; nil for what people need not see.
  package static func render(_ event: Event, atLeast level: LogLevel = .info) -> String? {
    switch event {
    case .log(let entry): entry.level < level ? nil : render(entry)
    case .progress(let update): level <= .full ? render(update) : nil
    case .state(let change): level <= .full ? "state \(change.state.rawValue)" : nil
    case .moduleResult(let outcome): render(outcome)
    case .session: nil
    case .snapshot(let snapshot):
      "\(snapshot.hostname)  \(snapshot.kind.rawValue.padded(to: 9))  "
        + printable(snapshot.snapshotPath)
    case .change(let change): render(change)
    case .conflict(let conflict):
      "conflict: \(printable(conflict.path.string)): here \(conflict.sourceChange),"
        + " there \(conflict.targetChange): \(conflict.resolution)"
    case .connection(let connection): render(connection)
    case .completedProcess(let process): printable(process.stdout, keepingLines: true)
    case .validationError(let error): render(error)
    case .disk(let disk): render(disk)
    case .lock(let status): render(status)
    case .result: nil
    case .other(let members): render(members)
    }
  }

  package static func render(_ entry: LogEntry) -> String {
    "\(time(entry.timestamp)) \(entry.level.rawValue.padded(to: 8)) "
      + "\(entry.module)@\(entry.hostname) \(message(of: entry))"
  }

  /// What is said, with the place in a file that it is about.
  package static func message(of entry: LogEntry) -> String {
    guard let path = entry.context["path"]?.string, let line = entry.context["line"]?.integer else {
      return printable(entry.message)
    }
    let column = entry.context["column"]?.integer.map { ":\($0)" } ?? ""
    return printable("\(entry.message) (\(path):\(line)\(column))")
  }

  package static func render(_ outcome: ModuleOutcome) -> String {
    let name = outcome.module + (outcome.phase.map { " (\($0.rawValue))" } ?? "")
    let reason = outcome.error.map { ": " + printable($0.message) } ?? ""
    return "\(outcome.result.rawValue.padded(to: 8)) \(name)  "
      + "\(seconds(outcome.duration))\(reason)"
  }

  /// `text` with every control character written out, so that none acts on the terminal, and URLs
  /// without their user names and passwords.
  package static func printable(_ text: String, keepingLines: Bool = false) -> String {
    PrintableText.escape(
      String(decoding: Redaction.withoutUserinfo(Array(text.utf8)), as: UTF8.self),
      keeping: keepingLines ? ["\n"] : [])
  }

  /// A length of time, such as `12.3 s` or `4 min 5 s`.
  package static func seconds(_ duration: Double) -> String {
    let tenths = Int((duration * 10).rounded())
    if tenths < 600 { return "\(tenths / 10).\(tenths % 10) s" }
    return "\(tenths / 600) min \(tenths / 10 % 60) s"
  }

  /// The time of day by the clock of this machine, to the second.
  package static func time(_ timestamp: Timestamp) -> String {
    String(moment(timestamp).dropFirst(11))
  }

  /// `2025-11-15 13:00:00` by the clock of this machine.
  package static func moment(_ timestamp: Timestamp) -> String {
    var seconds = time_t(timestamp.milliseconds / 1000)
    var parts = tm()
    localtime_r(&seconds, &parts)
    return String(unsafeUninitializedCapacity: 32) { buffer in
      buffer.withMemoryRebound(to: CChar.self) { text in
        strftime(text.baseAddress, text.count, "%Y-%m-%d %H:%M:%S", &parts)
      }
    }
  }

  private static func render(_ update: ProgressUpdate) -> String {
    let share = update.percentage.map { "\(Int($0 * 100))%" } ?? "…"
    return "\(update.module)@\(update.hostname) \(share) \(printable(update.currentItem))"
  }

  private static func render(_ change: Change) -> String {
    let path = printable(change.path.string)
    let from = change.from.map { printable($0.string) + " -> " } ?? ""
    let planned = change.isPlanned ? "would be " : ""
    let done = change.operation == .metadata ? "given other metadata:" : change.operation.rawValue
    return "\(planned)\(done) \(from)\(path)"
  }

  private static func render(_ connection: Connection) -> String {
    let name = connection.hostname.map { " (\($0))" } ?? ""
    let version = connection.pcSwitcherVersion.map { ", pc-switcher \($0)" } ?? ""
    return "\(printable(connection.target))\(name): \(connection.state.rawValue)\(version)"
  }

  private static func render(_ error: ValidationError) -> String {
    let place = [
      error.path.flatMap { $0.isEmpty ? nil : printable($0) }, error.line.map { "\($0)" },
      error.column.map { "\($0)" },
    ].compactMap { $0 }.joined(separator: ":")
    let host = error.hostname.map { "@\($0)" } ?? ""
    return "\(place.isEmpty ? "" : place + ": ")\(error.module)\(host): \(printable(error.message))"
  }

  private static func render(_ disk: DiskSpace) -> String {
    "\(disk.hostname):\(printable(disk.path))  \(Size.text(disk.available)) of"
      + " \(Size.text(disk.total)) available (\(Int(disk.fraction * 100))%)"
  }

  private static func render(_ status: LockStatus) -> String {
    guard let holder = status.holder else {
      return "\(printable(status.path)): \(status.state.rawValue)"
    }
    return "\(printable(status.path)): \(status.state.rawValue), PID \(holder.pid) on"
      + " \(holder.hostname) since \(holder.timestamp)"
  }
}

extension String {
  /// With spaces after it, up to `width` characters.
  package func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
