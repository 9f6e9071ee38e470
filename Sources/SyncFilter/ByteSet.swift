/// A set of bytes, as `[…]` in a pattern describes one.
struct ByteSet: Sendable, Equatable {
  private var bits = SIMD4<UInt64>()

  init() {}

  func contains(_ byte: UInt8) -> Bool {
    bits[Int(byte >> 6)] & (1 << UInt64(byte & 63)) != 0
  }

  mutating func insert(_ byte: UInt8) {
    bits[Int(byte >> 6)] |= 1 << UInt64(byte & 63)
  }

  mutating func invert() {
    bits = ~bits
  }

  /// Reads what follows a `[`, up to its `]`; nil where rsync gives up.
  init?(in bytes: [UInt8], after index: inout Int) {
    var reader = Reader(bytes: bytes, index: index)
    guard let set = reader.set() else { return nil }
    self = set
    index = reader.index
  }

  /// A walk over a class in the order in which wildmatch does it.
  private struct Reader {
    let bytes: [UInt8]
    var index: Int
    private var members = ByteSet()

    init(bytes: [UInt8], index: Int) {
      self.bytes = bytes
      self.index = index
    }

    private func peek(_ offset: Int = 0) -> UInt8? {
      index + offset < bytes.count ? bytes[index + offset] : nil
    }

    private mutating func next() -> UInt8? {
      defer { index += 1 }
      return peek()
    }

    mutating func set() -> ByteSet? {
      let isInverted = peek() == UInt8(ascii: "!") || peek() == UInt8(ascii: "^")
      if isInverted { index += 1 }
      var previous: UInt8?
      // A bracket that comes first is one of the set.
      repeat {
        guard let byte = next(), member(byte, after: &previous) else { return nil }
      } while peek() != UInt8(ascii: "]")
      index += 1
      if isInverted { members.invert() }
      return members
    }

    /// Takes one member; false where rsync gives up.
    private mutating func member(_ byte: UInt8, after previous: inout UInt8?) -> Bool {
      if byte == UInt8(ascii: "\\") {
        guard let escaped = next() else { return false }
        members.insert(escaped)
        previous = escaped
      } else if byte == UInt8(ascii: "-"), let low = previous, let end = peek(),
        end != UInt8(ascii: "]")
      {
        guard let high = end == UInt8(ascii: "\\") ? peek(1) : end else { return false }
        index += end == UInt8(ascii: "\\") ? 2 : 1
        if low <= high { for byte in low...high { members.insert(byte) } }
        previous = nil
      } else if byte == UInt8(ascii: "["), peek() == UInt8(ascii: ":") {
        return named(after: &previous)
      } else {
        members.insert(byte)
        previous = byte
      }
      return true
    }

    /// `[:name:]`; without its end, the bracket is one of the set.
    private mutating func named(after previous: inout UInt8?) -> Bool {
      let start = index + 1
      guard start <= bytes.count,
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "]"))
      else { return false }
      guard end > start, bytes[end - 1] == UInt8(ascii: ":") else {
        members.insert(UInt8(ascii: "["))
        previous = UInt8(ascii: "[")
        return true
      }
      let name = String(decoding: bytes[start..<(end - 1)], as: UTF8.self)
      guard let test = ByteClass.named[name] else { return false }
      for byte in UInt8.min...UInt8.max where test(byte) { members.insert(byte) }
      previous = nil
      index = end + 1
      return true
    }
  }
}

/// The classes of `isalpha(3)` and its relatives, in the C locale.
private enum ByteClass {
  static let named: [String: @Sendable (UInt8) -> Bool] = [
    "alnum": { isLetter($0) || isDigit($0) }, "alpha": isLetter,
    "blank": { $0 == 32 || $0 == 9 }, "cntrl": { $0 < 32 || $0 == 127 }, "digit": isDigit,
    "graph": { $0 > 32 && $0 < 127 }, "lower": { $0 >= 97 && $0 <= 122 },
    "print": { $0 >= 32 && $0 < 127 },
    "punct": { $0 > 32 && $0 < 127 && !isLetter($0) && !isDigit($0) },
    "space": { $0 == 32 || ($0 >= 9 && $0 <= 13) }, "upper": { $0 >= 65 && $0 <= 90 },
    "xdigit": { isDigit($0) || ($0 >= 65 && $0 <= 70) || ($0 >= 97 && $0 <= 102) },
  ]

  @Sendable private static func isLetter(_ byte: UInt8) -> Bool {
    (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
  }

  @Sendable private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
}
