/// The id of a subvolume or of a file system, libuuid's `uuid_t`.
package struct UUID: Hashable, Sendable {
  package let bytes: [UInt8]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Copies a C array of sixteen bytes.
  init<Tuple>(copying tuple: Tuple) {
    bytes = withUnsafeBytes(of: tuple) { Array($0) }
  }

  package var isZero: Bool { bytes.allSatisfy { $0 == 0 } }
}

extension UUID: CustomStringConvertible {
  /// `0b8d9a3c-5f0e-4d5a-9e0a-3f6f5f0e4d5a`, as `uuid_unparse_lower(3)` has it.
  package var description: String {
    let digits = Array("0123456789abcdef")
    var text = ""
    for (index, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(index) { text.append("-") }
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return text
  }
}
