/// The attributes of one command: type, length and value, one after another.
struct SendAttributes {
  /// `enum` of the attributes that say what changed, as the kernel numbers them.
  enum Kind: UInt16 {
    case size = 4
    case path = 15
    case pathTo = 16
    case pathLink = 17
    case fileOffset = 18
    case data = 19
    case cloneLength = 24
    case unencodedFileLength = 27
  }

  /// The highest number of an attribute in each version of the stream.
  private static let highest: [UInt32: UInt16] = [1: 24, 2: 31]

  private var values: [Kind: Range<Int>] = [:]
  private let bytes: ArraySlice<UInt8>
  private let offset: UInt64

  /// Reads the attributes in `bytes`, the content of the command at `offset` of the stream.
  init(_ bytes: ArraySlice<UInt8>, version: UInt32, offset: UInt64) throws(SendStreamError) {
    self.bytes = bytes
    self.offset = offset
    var position = bytes.startIndex
    while position < bytes.endIndex {
      guard bytes.endIndex - position >= 2 else { throw problem("an attribute is cut short") }
      let number = bytes.littleEndian(UInt16.self, at: position)
      guard (1...(Self.highest[version] ?? 0)).contains(number) else {
        throw problem("attribute \(number) is not known")
      }
      position += 2
      let kind = Kind(rawValue: number)
      let end: Int
      if version >= 2, kind == .data {
        // Has no length: it is the rest.
        end = bytes.endIndex
      } else {
        guard bytes.endIndex - position >= 2 else { throw problem("an attribute is cut short") }
        end = position + 2 + Int(bytes.littleEndian(UInt16.self, at: position))
        position += 2
      }
      guard end <= bytes.endIndex else { throw problem("an attribute is cut short") }
      if let kind {
        guard values.updateValue(position..<end, forKey: kind) == nil else {
          throw problem("attribute \(number) is there twice")
        }
      }
      position = end
    }
  }

  /// A path: no name of it is empty, longer than 255 bytes, `.` or `..`.
  func path(_ kind: Kind = .path) throws(SendStreamError) -> SendCommand.Path {
    let path = bytes[try range(kind)]
    guard !path.isEmpty else { return [] }
    for name in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard (1...255).contains(name.count), !name.contains(0), !name.elementsEqual(".".utf8),
        !name.elementsEqual("..".utf8)
      else { throw problem("a path that names nothing") }
    }
    return Array(path)
  }

  func number(_ kind: Kind) throws(SendStreamError) -> UInt64 {
    let range = try range(kind)
    guard range.count == 8 else { throw problem("attribute \(kind.rawValue) is no number") }
    return bytes.littleEndian(UInt64.self, at: range.lowerBound)
  }

  func length(of kind: Kind) throws(SendStreamError) -> UInt64 {
    UInt64(try range(kind).count)
  }

  private func range(_ kind: Kind) throws(SendStreamError) -> Range<Int> {
    guard let range = values[kind] else {
      throw problem("attribute \(kind.rawValue) is missing")
    }
    return range
  }

  private func problem(_ what: String) -> SendStreamError {
    .malformed(offset: offset, what: what)
  }
}

extension ArraySlice<UInt8> {
  /// The little-endian number at `position`, which the caller knows to be there.
  func littleEndian<Number: FixedWidthInteger>(_: Number.Type, at position: Int) -> Number {
    var value: Number = 0
    for index in (position..<position + MemoryLayout<Number>.size).reversed() {
      value = value << 8 | Number(self[index])
    }
    return value
  }
}
