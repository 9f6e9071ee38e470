import PCSCore

/// Writes the lines of an answer, many of them at once.
final class AnswerLines {
  private let writer = EventWriter()
  private var waiting: [UInt8] = []
  private static let most = 1 << 16

  func add(_ line: [UInt8]) throws {
    waiting += line
    waiting.append(UInt8(ascii: "\n"))
    if waiting.count >= Self.most { try flush() }
  }

  /// Has everything written that was added.
  func flush() throws {
    let lines = waiting
    waiting = []
    try writer.write(line: lines)
  }
}
