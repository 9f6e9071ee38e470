/// `date-time`, `date` and `time` of RFC 3339.
enum DateFormat {
  static func isDateTime(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count > 11, bytes[10] | 0x20 == UInt8(ascii: "t") else { return false }
    return isDate(bytes[..<10]) && isTime(bytes[11...])
  }

  static func isDate(_ text: String) -> Bool { isDate(Array(text.utf8)[...]) }

  static func isTime(_ text: String) -> Bool { isTime(Array(text.utf8)[...]) }

  private static func isDate(_ text: ArraySlice<UInt8>) -> Bool {
    let parts = text.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 3, let year = number(parts[0], digits: 4),
      let month = number(parts[1], digits: 2), let day = number(parts[2], digits: 2),
      (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
  }

  private static func isTime(_ text: ArraySlice<UInt8>) -> Bool {
    let clock = text.prefix { (48...58).contains($0) || $0 == UInt8(ascii: ".") }
    guard let offset = offset(text[clock.endIndex...]) else { return false }
    let parts = clock.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 3, let hour = number(parts[0], digits: 2), hour < 24,
      let minute = number(parts[1], digits: 2), minute < 60,
      let second = number(parts[2].prefix(2), digits: 2), second <= 60
    else { return false }
    let fraction = parts[2].dropFirst(2)
    let isFraction =
      fraction.isEmpty
      || fraction.first == UInt8(ascii: ".") && fraction.count > 1
        && fraction.dropFirst().allSatisfy { (48...57).contains($0) }
    // Leap seconds are put in at midnight UTC.
    let minutes = (hour * 60 + minute - offset + 2880) % 1440
    return isFraction && (second < 60 || minutes == 1439)
  }

  /// Minutes east of UTC.
  private static func offset(_ text: ArraySlice<UInt8>) -> Int? {
    guard let sign = text.first else { return nil }
    if sign | 0x20 == UInt8(ascii: "z") { return text.count == 1 ? 0 : nil }
    let parts = text.dropFirst().split(
      separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), parts.count == 2,
      let hours = number(parts[0], digits: 2), hours < 24,
      let minutes = number(parts[1], digits: 2), minutes < 60
    else { return nil }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
  }

  private static func number(_ text: ArraySlice<UInt8>, digits: Int) -> Int? {
    guard text.count == digits, text.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return text.reduce(0) { $0 * 10 + Int($1 - 48) }
  }
}
