import CLibUUID
import Glibc

/// The id of a session: eight hexadecimal digits of a libuuid UUID.
package enum SessionID {
  /// A fresh random id, from `uuid_generate(3)`.
  package static func make() -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    uuid_generate_random(&bytes)
    return bytes.prefix(4).map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }

  package static func isValid(_ text: String) -> Bool {
    text.utf8.count == 8
      && text.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}
