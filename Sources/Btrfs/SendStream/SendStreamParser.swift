/// Reads a btrfs send stream: bytes in, commands out.
///
/// Holds at most one command, whose length is bounded. What is not known, or not right, is an
/// error; after one the parser must not be used any more.
package struct SendStreamParser {
  /// `"btrfs-stream\0"` and the version.
  private static let magic = Array("btrfs-stream\0".utf8)
  /// Length, number and checksum before a command.
  private static let headerSize = 10
  /// More than any kernel writes: 64 KiB, and of encoded data 128 KiB more.
  static let longest = 256 << 10

  private var buffer: [UInt8] = []
  /// Where `buffer` begins in the stream.
  private var offset: UInt64 = 0
  /// nil before the header.
  private var version: UInt32?
  private var hasEnded = false

  package init() {}

  /// Takes the next bytes of the stream and hands on each command that they complete.
  package mutating func consume(
    _ bytes: some Collection<UInt8>, _ body: (SendCommand) throws -> Void
  ) throws {
    buffer += bytes
    var position = 0
    defer { drop(position) }
    if version == nil {
      position = try readHeader()
      if position == 0 { return }
    }
    while let (command, length) = try next(at: position) {
      position += length
      try body(command)
    }
  }

  /// Checks that the stream is complete.
  package func finish() throws(SendStreamError) {
    guard hasEnded else { throw .truncated }
  }

  private mutating func drop(_ count: Int) {
    buffer.removeFirst(count)
    offset += UInt64(count)
  }

  /// Returns the length of the header, or 0 while it is not complete.
  private mutating func readHeader() throws(SendStreamError) -> Int {
    let start = buffer.prefix(Self.magic.count)
    guard start.elementsEqual(Self.magic.prefix(start.count)) else { throw .notAStream }
    guard buffer.count >= Self.magic.count + 4 else { return 0 }
    let version = buffer[...].littleEndian(UInt32.self, at: Self.magic.count)
    guard version == 1 || version == 2 else { throw .unsupportedVersion(version) }
    self.version = version
    return Self.magic.count + 4
  }

  /// The command at `position` of the buffer and its length, or nil while it is not complete.
  private mutating func next(at position: Int) throws(SendStreamError) -> (SendCommand, Int)? {
    let rest = buffer[position...]
    let place = offset + UInt64(position)
    if hasEnded, !rest.isEmpty { throw .trailing(offset: place) }
    guard rest.count >= Self.headerSize, let version else { return nil }
    let length = Int(rest.littleEndian(UInt32.self, at: position))
    guard length <= Self.longest else { throw .oversized(offset: place, length: UInt64(length)) }
    guard rest.count >= Self.headerSize + length else { return nil }
    let number = rest.littleEndian(UInt16.self, at: position + 4)
    let content = rest[(position + Self.headerSize)..<(position + Self.headerSize + length)]
    // The checksum counts itself as zero.
    var sum = CRC32C.checksum(rest[position..<position + 6])
    sum = CRC32C.checksum([0, 0, 0, 0], from: sum)
    guard CRC32C.checksum(content, from: sum) == rest.littleEndian(UInt32.self, at: position + 6)
    else { throw .corrupt(offset: place) }
    let attributes = try SendAttributes(content, version: version, offset: place)
    guard let command = try SendCommand(number, attributes, version: version) else {
      throw .unknownCommand(offset: place, number: number)
    }
    hasEnded = command == .end
    return (command, Self.headerSize + length)
  }
}
