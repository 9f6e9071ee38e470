package import PCSCore
import PCSTool

/// Shows a stream as it comes; each method returns what is to be written now.
package struct Viewer: Sendable {
  /// How the output is to be used.
  package enum Surface: Sendable {
    /// Redrawn in place.
    case terminal(inColor: Bool)
    case lines(inColor: Bool)
  }

  private let surface: Surface
  private let glyphs: Glyphs
  private let level: LogLevel
  private var board = Board()
  private var plain: PlainText
  private var screen: Screen
  private var waiting: [StyledLine] = []
  private var isAsking = false

  package init(_ surface: Surface, glyphs: Glyphs, level: LogLevel) {
    self.surface = surface
    self.glyphs = glyphs
    self.level = level
    plain = PlainText(level: level)
    screen = Screen(inColor: surface.isInColor)
  }

  /// Takes a line of the stream in; returns a question's prompt, which cannot wait.
  package mutating func take(_ line: [UInt8], columns: Int, elapsed: Double) -> String? {
    guard let event = Event(line: line) else {
      let text = EventText.printable(String(decoding: line, as: UTF8.self))
      if !text.isEmpty { waiting.append(StyledLine(text)) }
      return nil
    }
    if let question = Question(event) {
      isAsking = true
      return ask(question, columns: columns)
    }
    isAsking = false
    board.apply(event, at: elapsed)
    if let line = text(of: event) { waiting.append(line) }
    return nil
  }

  /// What has changed since the last call; nil while a question stands.
  package mutating func draw(columns: Int, rows: Int, elapsed: Double) -> String? {
    if isAsking { return nil }
    guard case .terminal = surface else { return takeLines() }
    let layout = BoardLayout(columns: columns, rows: rows, glyphs: glyphs)
    defer { waiting = [] }
    return screen.draw(
      waiting, board: layout.lines(board, elapsed: elapsed), columns: columns)
  }

  /// The end: the board goes, the summary stays.
  package mutating func finish(columns: Int) -> String {
    waiting += Summary(glyphs: glyphs).lines(board)
    if case .terminal = surface { return screen.draw(waiting, board: [], columns: columns) }
    return takeLines()
  }

  /// Starts on a new line after somebody else wrote to the terminal.
  package mutating func forgetScreen() {
    screen.forget()
  }

  private mutating func ask(_ question: Question, columns: Int) -> String {
    defer { waiting = [] }
    if case .terminal = surface {
      return screen.ask(waiting, question.prompt, columns: columns)
    }
    return takeLines() + question.prompt
  }

  private mutating func takeLines() -> String {
    defer { waiting = [] }
    return waiting.map { $0.rendered(inColor: surface.isInColor) + "\n" }.joined()
  }

  private mutating func text(of event: Event) -> StyledLine? {
    let line = plain.line(event)
    guard case .terminal = surface else { return line }
    switch event {
    case .progress, .state, .moduleResult, .disk: return nil
    default: return line
    }
  }
}

extension Viewer.Surface {
  var isInColor: Bool {
    switch self {
    case .terminal(let inColor), .lines(let inColor): inColor
    }
  }
}
