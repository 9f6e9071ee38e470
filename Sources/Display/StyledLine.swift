import PCSCore

/// A line for a terminal: texts, each in a style.
package struct StyledLine: Sendable, Equatable, ExpressibleByStringLiteral {
  package enum Style: Sendable {
    case plain, bold, dim, good, warning, bad, accent

    /// The parameter of SGR (ECMA-48, 8.3.117); the colours are those of the user's own palette.
    var code: String? {
      switch self {
      case .plain: nil
      case .bold: "1"
      case .dim: "2"
      case .good: "32"
      case .warning: "33"
      case .bad: "31"
      case .accent: "36"
      }
    }
  }

  private var spans: [(text: String, style: Style)] = []

  package init(_ text: String = "", _ style: Style = .plain) {
    append(text, style)
  }

  package init(stringLiteral text: String) {
    self.init(text)
  }

  package mutating func append(_ text: String, _ style: Style = .plain) {
    if !text.isEmpty { spans.append((PrintableText.escape(text, keeping: ["\n", "\t"]), style)) }
  }

  package mutating func append(_ line: StyledLine) {
    spans += line.spans
  }

  package static func + (left: StyledLine, right: StyledLine) -> StyledLine {
    var line = left
    line.append(right)
    return line
  }

  package static func == (left: StyledLine, right: StyledLine) -> Bool {
    left.spans.elementsEqual(right.spans, by: ==)
  }

  package var text: String { spans.map(\.text).joined() }

  /// In columns.
  package var width: Int { spans.reduce(0) { $0 + TextWidth.of($1.text) } }

  package var isEmpty: Bool { spans.isEmpty }

  /// What is written to the terminal.
  package func rendered(inColor: Bool) -> String {
    guard inColor else { return text }
    return spans.map { text, style in
      style.code.map { "\u{1B}[\($0)m\(text)\u{1B}[0m" } ?? text
    }.joined()
  }

  /// This line in at most `width` columns.
  package func clipped(to width: Int, ellipsis: String) -> StyledLine {
    guard self.width > width else { return self }
    var line = StyledLine()
    var rest = width
    for (text, style) in spans where rest > 0 {
      let piece = TextWidth.clip(text, to: rest, ellipsis: ellipsis)
      line.append(piece, style)
      rest -= TextWidth.of(piece)
    }
    return line
  }
}
