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
    let style = Date.ISO8601FormatStyle()
    guard
      let date = (try? Date(text, strategy: style))
        ?? (try? Date(
          text, strategy: style.year().month().day().time(includingFractionalSeconds: true)))
    else { return nil }
    self.init(date)
  }

  package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

  /// `20251115T120000Z`, the form of snapshot and log file names.
  package var compact: String {
    date.formatted(
      Date.ISO8601FormatStyle(
        dateSeparator: .omitted, timeSeparator: .omitted, timeZone: .gmt))
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }
}

extension Timestamp: CustomStringConvertible {
  package var description: String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
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
