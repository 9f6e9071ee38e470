import Glibc

/// A second in UTC, broken down as a calendar has it: `gmtime(3)`.
struct CalendarTime {
  private var parts: tm

  /// `seconds` count from 1970.
  init(seconds: Int64) {
    var time = time_t(seconds)
    parts = tm()
    gmtime_r(&time, &parts)
  }

  /// Reads `2025-11-15T12:00:00Z`, whether or not the calendar has it.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 20 else { return nil }
    let pattern = "dddd-dd-ddTdd:dd:ddZ".utf8
    for (byte, expected) in zip(bytes, pattern) {
      let isDigit = (48...57).contains(byte)
      guard expected == UInt8(ascii: "d") ? isDigit : byte == expected else { return nil }
    }
    func number(_ range: Range<Int>) -> Int32 {
      bytes[range].reduce(0) { $0 * 10 + Int32($1 - 48) }
    }
    parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (
      number(0..<4) - 1900, number(5..<7) - 1, number(8..<10)
    )
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (
      number(11..<13), number(14..<16), number(17..<19)
    )
  }

  /// Since 1970; what lies beyond a month, a day or an hour counts on into the next: `timegm(3)`.
  var seconds: Int64 {
    var parts = parts
    return Int64(timegm(&parts))
  }

  /// `2025-11-15T12:00:00Z`.
  var text: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(20)
    func add(_ number: Int32, _ digits: Int, _ end: Unicode.Scalar) {
      let text = String(number)
      bytes.append(contentsOf: repeatElement(48, count: max(digits - text.utf8.count, 0)))
      bytes.append(contentsOf: text.utf8)
      bytes.append(UInt8(ascii: end))
    }
    add(parts.tm_year + 1900, 4, "-")
    add(parts.tm_mon + 1, 2, "-")
    add(parts.tm_mday, 2, "T")
    add(parts.tm_hour, 2, ":")
    add(parts.tm_min, 2, ":")
    add(parts.tm_sec, 2, "Z")
    return String(decoding: bytes, as: UTF8.self)
  }
}
