/// Cuts a byte stream into lines at LF, and only at LF.
///
/// JSON may carry U+2028 and U+0085 inside a string, so a splitter that follows Unicode's idea of a
/// line would cut records in half. A line over the limit comes in pieces: nothing is lost, and
/// memory stays bounded.
package struct LineSplitter: Sendable {
  /// Whether a line was over the limit.
  package private(set) var hasSplitLine = false
  private var pending: [UInt8] = []
  private let limit: Int
  private let splitsAtReturn: Bool

  /// `splitsAtReturn` also cuts at CR, for programs that write their progress over itself.
  package init(limit: Int = 1 << 20, splitsAtReturn: Bool = false) {
    self.limit = limit
    self.splitsAtReturn = splitsAtReturn
  }

  /// Returns the lines that `chunk` completes, without their LF.
  package mutating func append(_ chunk: UnsafeRawBufferPointer) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var rest = chunk[...]
    while let end = rest.firstIndex(where: isEnd) {
      add(rest[..<end], to: &lines)
      lines.append(pending)
      pending = []
      rest = rest[(end + 1)...]
    }
    add(rest, to: &lines)
    return lines
  }

  package mutating func append(_ chunk: [UInt8]) -> [[UInt8]] {
    chunk.withUnsafeBytes { append($0) }
  }

  /// Returns what is left after the last LF, if anything.
  package mutating func finish() -> [UInt8]? {
    defer { pending = [] }
    return pending.isEmpty ? nil : pending
  }

  private func isEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || splitsAtReturn && byte == UInt8(ascii: "\r")
  }

  private mutating func add(_ bytes: Slice<UnsafeRawBufferPointer>, to lines: inout [[UInt8]]) {
    var bytes = bytes
    while pending.count + bytes.count > limit {
      let piece = bytes.prefix(limit - pending.count)
      lines.append(pending + piece)
      pending = []
      hasSplitLine = true
      bytes = bytes.dropFirst(piece.count)
    }
    pending += bytes
  }
}
