import FoundationEssentials
import PCSCore
package import SystemPackage

/// Writes values one after another as bytes, for `ByteReader`.
package struct ByteWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// Writes the bytes to a file and forgets them, once they are more than `least`.
  package mutating func flush(to file: FileDescriptor, least: Int = 1 << 18) throws {
    guard bytes.count > least else { return }
    try file.writeAll(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  /// The bytes as a line without LF, in base64.
  package var line: [UInt8] { Array(Data(bytes).base64EncodedString().utf8) }

  /// Seven bits a byte, the lowest first (LEB128).
  package mutating func put(_ number: UInt64) {
    var rest = number
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  package mutating func put(_ number: Int64) { put(UInt64(bitPattern: number)) }
  package mutating func put(_ flag: Bool) { bytes.append(flag ? 1 : 0) }
  package mutating func put(_ path: FilePath) { put(path.bytes) }

  package mutating func put(_ text: [UInt8]) {
    put(UInt64(text.count))
    bytes += text
  }

  /// A list: its count, then each of it.
  package mutating func put<Element>(
    _ list: [Element], _ body: (inout ByteWriter, Element) -> Void
  ) {
    put(UInt64(list.count))
    for element in list { body(&self, element) }
  }
}
