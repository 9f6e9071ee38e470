import FileTrees

/// Frames that travel together.
package struct FrameBatch: Sendable {
  private var writer = ByteWriter()

  /// A batch is sent once it has so many bytes.
  package static let full = 1 << 18
  /// No batch is longer: the last frame fits in behind a batch that is not full.
  package static let longest = full + (1 << 20)

  package init() {}

  package var isEmpty: Bool { writer.bytes.isEmpty }
  package var isFull: Bool { writer.bytes.count >= Self.full }
  package var bytes: [UInt8] { writer.bytes }

  package mutating func add(_ frame: Frame) { frame.write(to: &writer) }

  /// Hands on the frames of a batch, one after another.
  package static func read(
    _ bytes: [UInt8], _ body: (Frame) throws -> Void
  ) throws {
    var reader = ByteReader(bytes)
    while !reader.isAtEnd { try body(reader.frame()) }
  }
}
