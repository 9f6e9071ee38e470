/// The checksum of a send stream: Castagnoli's CRC-32 as the kernel computes it, from zero and
/// without a final complement.
enum CRC32C {
  /// Continues the checksum `seed` over `bytes`.
  static func checksum(_ bytes: some Sequence<UInt8>, from seed: UInt32 = 0) -> UInt32 {
    var value = seed
    let table = table
    for byte in bytes {
      value = table[Int((value ^ UInt32(byte)) & 0xFF)] ^ (value >> 8)
    }
    return value
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? 0x82F6_3B78 ^ (value >> 1) : value >> 1
    }
  }
}
