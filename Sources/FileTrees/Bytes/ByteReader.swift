import FoundationEssentials
package import PCSCore
package import SystemPackage

/// Takes values out of bytes that `ByteWriter` has written; whatever is wrong with them is an
/// error.
package struct ByteReader {
  private var rest: ArraySlice<UInt8>

  package init(_ bytes: [UInt8]) {
    rest = bytes[...]
  }

  package init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  /// What `ByteWriter.line` has made of bytes.
  package init(line: [UInt8]) throws(WireError) {
    guard let bytes = Data(base64Encoded: Data(line)) else { throw WireError() }
    self.init(Array(bytes))
  }

  package var isAtEnd: Bool { rest.isEmpty }

  /// The bytes that are left.
  package var remainder: [UInt8] { Array(rest) }

  package mutating func byte() throws(WireError) -> UInt8 {
    guard let byte = rest.popFirst() else { throw WireError() }
    return byte
  }

  package mutating func number() throws(WireError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let byte = try byte()
      let bits = UInt64(byte & 0x7F)
      guard shift < 63 || bits <= 1 else { break }
      value |= bits << shift
      if byte & 0x80 == 0 { return value }
    }
    throw WireError()
  }

  package mutating func number32() throws(WireError) -> UInt32 {
    guard let value = UInt32(exactly: try number()) else { throw WireError() }
    return value
  }

  package mutating func signed() throws(WireError) -> Int64 { Int64(bitPattern: try number()) }

  package mutating func flag() throws(WireError) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    default: throw WireError()
    }
  }

  package mutating func text() throws(WireError) -> [UInt8] {
    let count = try number()
    guard count <= UInt64(rest.count) else { throw WireError() }
    let text = rest.prefix(Int(count))
    rest = rest.dropFirst(Int(count))
    return Array(text)
  }

  /// A path below something: never absolute, never upwards.
  package mutating func path() throws(WireError) -> FilePath {
    let text = try text()
    let path = FilePath(bytes: text)
    guard !text.contains(0), path.isRelative,
      path.components.allSatisfy({ $0.kind == .regular })
    else { throw WireError() }
    return path
  }

  package mutating func list<Element>(
    _ body: (inout ByteReader) throws(WireError) -> Element
  ) throws(WireError) -> [Element] {
    let count = try number()
    var list: [Element] = []
    for _ in 0..<count { list.append(try body(&self)) }
    return list
  }
}

/// The other machine sent something that makes no sense.
package struct WireError: ToolError, Equatable {
  package init() {}

  package var id: String { "user_data.wire" }
  package var description: String { "the other machine sent what cannot be understood" }
  package var exitStatus: ExitStatus { .protocolMismatch }
}
