/// The lower end of a terminal: lines that scroll away, above a board that is redrawn in place.
///
/// The cursor always rests at the start of the line below the board, so that whoever writes next,
/// also after our sudden death, begins on a line of its own; and no mode of the terminal is
/// changed, so there is nothing to restore.
package struct Screen: Sendable {
  private let inColor: Bool
  /// The widths of the lines on the screen, in columns.
  private var drawn: [Int] = []

  package init(inColor: Bool) {
    self.inColor = inColor
  }

  /// What to write so that `lines` scroll by above and `board` stands below.
  package mutating func draw(
    _ lines: [StyledLine], board: [StyledLine], columns: Int
  ) -> String {
    let rows = rowsDrawn(columns)
    var text = rows == 0 ? "\r" : "\r\u{1B}[\(rows)A"
    if !lines.isEmpty { text += "\u{1B}[J" }
    for line in lines { text += line.rendered(inColor: inColor) + "\n" }
    // Only what is shorter than the screen may end so: at its edge this takes the last character.
    for line in board { text += line.rendered(inColor: inColor) + "\u{1B}[K\n" }
    if board.count < rows { text += "\u{1B}[J" }
    drawn = board.map(\.width)
    return text
  }

  /// What to write so that a question stands where the board was; the answer is typed behind it.
  package mutating func ask(_ lines: [StyledLine], _ question: String, columns: Int) -> String {
    draw(lines, board: [], columns: columns) + question
  }

  /// Forgets the board: somebody else has written to the terminal.
  package mutating func forget() {
    drawn = []
  }

  /// How many rows the board takes; a terminal that became narrower has wrapped its lines.
  private func rowsDrawn(_ columns: Int) -> Int {
    drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / max(1, columns)) }
  }
}
