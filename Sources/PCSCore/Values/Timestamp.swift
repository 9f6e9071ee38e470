package import FoundationEssentials

/// A moment in UTC to the millisecond, written as ISO 8601 with `Z`.
package struct Timestamp: Sendable, Hashable, Comparable {
  /// Milliseconds since 1970.
  package let milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  package init(_ date: Date) {
    milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
  }

  package static var now: Timestamp { Timestamp(.now) }

  /// Reads ISO 8601 in UTC, with or without a fraction of a second.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = parts.count == 1 ? text : parts[0] + "Z"
    var fraction: Int64 = 0
    if parts.count == 2 {
      let digits = parts[1].dropLast()
      guard parts[1].last == "Z", !digits.isEmpty, digits.utf8.allSatisfy({ 48...57 ~= $0 })
      else { return nil }
      fraction = Int64((digits + "00").prefix(3)) ?? 0
    }
    guard let seconds = CalendarTime(whole)?.seconds,
      // Written back it must be the same: there is no hour 25.
      CalendarTime(seconds: seconds).text == whole
    else { return nil }
    milliseconds = seconds * 1000 + fraction
  }

  /// The moment that is `duration` later.
  package func advanced(by duration: Duration) -> Timestamp {
    Timestamp(milliseconds: milliseconds + Int64((duration.seconds * 1000).rounded()))
  }

  package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

  /// `20251115T120000Z`, the form of snapshot and log file names.
  package var compact: String {
    CalendarTime(seconds: wholeSeconds).text.filter { $0 != "-" && $0 != ":" }
  }

  /// Rounded down, before 1970 too.
  private var wholeSeconds: Int64 { (milliseconds - fraction) / 1000 }
  private var fraction: Int64 { ((milliseconds % 1000) + 1000) % 1000 }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }
}

extension Timestamp: CustomStringConvertible {
  package var description: String {
    "\(CalendarTime(seconds: wholeSeconds).text.dropLast()).\(String(fraction + 1000).dropFirst())Z"
  }
}

extension Timestamp: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Timestamp(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not ISO 8601 in UTC")
    }
    self = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
