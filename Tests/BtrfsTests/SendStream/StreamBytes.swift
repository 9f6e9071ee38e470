@testable import Btrfs

/// A send stream, written as the kernel writes it.
struct StreamBytes {
  private(set) var bytes: [UInt8]
  /// Where each command begins.
  private(set) var starts: [Int] = []

  init(version: UInt32 = 1) {
    bytes = Array("btrfs-stream\0".utf8) + Self.number(version)
  }

  /// Adds a command with attributes by their numbers.
  mutating func add(_ command: UInt16, _ attributes: [(UInt16, [UInt8])] = []) {
    add(command, content: attributes.flatMap(Self.attribute))
  }

  mutating func add(_ command: UInt16, content: [UInt8]) {
    starts.append(bytes.count)
    let head = Self.number(UInt32(content.count)) + Self.number(command)
    let sum = CRC32C.checksum(head + [0, 0, 0, 0] + content)
    bytes += head + Self.number(sum) + content
  }

  static func attribute(_ number: UInt16, _ value: [UInt8]) -> [UInt8] {
    self.number(number) + self.number(UInt16(value.count)) + value
  }

  static func number(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  static func path(_ text: String, _ number: UInt16 = 15) -> (UInt16, [UInt8]) {
    (number, Array(text.utf8))
  }
}

/// Every command of a stream that comes in pieces of `size` bytes.
func commands(_ bytes: [UInt8], inPiecesOf size: Int = 65536) throws -> [SendCommand] {
  var parser = SendStreamParser()
  var commands: [SendCommand] = []
  var rest = bytes[...]
  while !rest.isEmpty {
    try parser.consume(rest.prefix(size)) { commands.append($0) }
    rest = rest.dropFirst(size)
  }
  try parser.finish()
  return commands
}
