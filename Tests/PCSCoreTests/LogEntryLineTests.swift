import FoundationEssentials
import PCSTestSupport
import Testing

@testable import PCSCore

/// Lines of the log, beside what `Codable` makes of the same.
@Suite struct LogEntryLineTests {
  private static let texts =
    ["", "plain", "/home/ada/é/\u{1F600}", "\"\\/", "a\nb\tc\r", "\u{7F}\u{2028}", "k://u:p@h/"]
    + (0..<0x20).map { "x" + String(Unicode.Scalar(UInt8($0))) }

  private static func entry(_ text: String, _ context: [String: JSON] = [:]) -> LogEntry {
    LogEntry(
      timestamp: Timestamp(milliseconds: 1_763_208_000_250), level: .full, module: "user-data",
      hostname: "vega", message: text, context: context, sessionID: "0badcafe")
  }

  private func expectBoth(_ entry: LogEntry) throws {
    let line = try entry.json
    #expect(line == Array(try JSON.encoder.encode(Event.log(entry))))
    #expect(LogEntry(json: line) == entry)
    #expect(try JSONDecoder().decode(Event.self, from: Data(line)) == .log(entry))
  }

  @Test(arguments: texts) func quotesAsTheEncoderDoes(_ text: String) throws {
    try expectBoth(Self.entry(text, [text: .string(text)]))
  }

  @Test func writesEveryKindOfValue() throws {
    try expectBoth(
      Self.entry(
        "m",
        [
          "null": nil, "flag": true, "not": false, "integer": -7, "most": .integer(.max),
          "number": 0.25, "list": ["a", 1, ["b": nil]], "object": ["z": 1, "a": ["k": "v"]],
          "Upper": "x", "path_base64": "AA==",
        ]))
  }

  @Test(arguments: [
    #"{"context":{},"hostname":"h","level":"LOUD","message":"m","module":"m","session_id":"s","timestamp":"2025-11-15T12:00:00Z","type":"log"}"#,
    #"{"context":[],"hostname":"h","level":"INFO","message":"m","module":"m","session_id":"s","timestamp":"2025-11-15T12:00:00Z","type":"log"}"#,
    #"{"context":{},"hostname":"h","level":"INFO","message":"m","module":"m","session_id":"s","timestamp":"2025-11-31T12:00:00Z","type":"log"}"#,
    #"{"hostname":"h","level":"INFO","message":"m","module":"m","session_id":"s","timestamp":"2025-11-15T12:00:00Z","type":"log"}"#,
    #"{"context":{},"type":"log"#, #"{"a":1,"type":"log"}"#, #"["type":"log"}"#,
  ])
  func isNoneWithoutAllOfIt(_ line: String) {
    #expect(LogEntry(json: Array(line.utf8)) == nil)
    #expect(Event(line: Array(line.utf8)) == nil)
  }
}
