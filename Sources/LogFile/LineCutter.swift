import PCSCore

/// Cuts a byte stream after each LF, so that the pieces together are the stream.
///
/// `LineSplitter` takes the LF away, and with it whether the last line had one.
package struct LineCutter: Sendable {
  private var pending: [UInt8] = []
  private let limit: Int

  package init(limit: Int = 1 << 20) {
    self.limit = limit
  }

  /// The pieces that `chunk` completes; a line over the limit comes in several.
  package mutating func append(_ chunk: [UInt8]) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var rest = chunk[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
      let piece = rest[..<min(end, rest.startIndex + limit - pending.count)]
      pending += piece
      rest = rest[piece.endIndex...]
      guard pending.last == UInt8(ascii: "\n") || pending.count >= limit else { continue }
      pieces.append(pending)
      pending = []
    }
    return pieces
  }

  /// What is left without an LF.
  package mutating func finish() -> [UInt8]? {
    defer { pending = [] }
    return pending.isEmpty ? nil : pending
  }
}
