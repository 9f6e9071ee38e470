package import PCSCore
import PCSTool

/// A stream as lines of text, for pipes and terminals that can do nothing else.
package struct PlainText: Sendable {
  private let level: LogLevel
  /// A sync logs what it does with its locks, connection and snapshots; their own lines would say
  /// it twice.
  private var isSync = false
  /// The share of the work that was last said, in tenths, of each module.
  private var said: [String: Int] = [:]

  package init(level: LogLevel) {
    self.level = level
  }

  /// The line for `event`; nil for what people need not see.
  package mutating func line(_ event: Event) -> StyledLine? {
    switch event {
    case .state, .session: isSync = true
    default: break
    }
    return switch event {
    case .log(let entry): entry.level < level ? nil : LogText.line(entry)
    case .progress(let update): line(update)
    case .state(let change): StyledLine(change.state.rawValue, change.state.style)
    case .lock where isSync && level > .full: nil
    case .connection where isSync && level > .full: nil
    case .snapshot where isSync && level > .full: nil
    case .disk:
      level <= .full ? EventText.render(event, atLeast: level).map { StyledLine($0) } : nil
    default: EventText.render(event, atLeast: level).map { StyledLine($0) }
    }
  }

  /// Every tenth is said once.
  private mutating func line(_ update: ProgressUpdate) -> StyledLine? {
    guard level <= .info, let fraction = update.percentage else { return nil }
    let tenth = Int(fraction * 10)
    guard said[update.module] != tenth else { return nil }
    said[update.module] = tenth
    let share = "\(Int(fraction * 100))%"
    return StyledLine(
      "\(EventText.printable(update.module)) \(String(repeating: " ", count: 4 - share.count))"
        + "\(share) \(EventText.printable(update.currentItem))")
  }
}
