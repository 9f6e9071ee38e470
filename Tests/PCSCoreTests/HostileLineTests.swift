import PCSCore
import Testing

/// What a broken or hostile program may write instead of a stream.
@Suite struct HostileLineTests {
  @Test(arguments: [
    "", " ", "\0", "hello", "null", "[]", "7", #""text""#, "{", "{}", "{]", #"{"type":null}"#,
    #"{"type":1}"#, #"{"type":"log"}"#, #" {"type":"x"}"#, "\u{FEFF}{\"type\":\"x\"}",
    #"{"type":"x"} {"type":"x"}"#, #"{"type":"x","n":1e999}"#,
    #"{"type":"log","timestamp":"now","level":"INFO","module":"m","hostname":"h","message":"m","context":{},"session_id":"0badcafe"}"#,
    #"{"type":"log","timestamp":"2025-11-15T12:00:00Z","level":"LOUD","module":"m","hostname":"h","message":"m","context":{},"session_id":"0badcafe"}"#,
    #"{"type":"disk","timestamp":"2025-11-15T12:00:00Z","hostname":"h","path":"/","total":-1,"available":0,"fraction":0}"#,
    #"{"type":"result","timestamp":"2025-11-15T12:00:00Z","tool":"t","status":"fine","exit_code":0,"session_id":"0badcafe"}"#,
    #"{"type":"change","op":"created","path":"a","path_b64":"no base64"}"#,
    #"{"type":"change","op":"created","path":"a","path_b64":"AGE="}"#,
  ])
  func whatIsNoEventIsNil(_ line: String) {
    #expect(Event(line: Array(line.utf8)) == nil)
  }

  @Test(arguments: [[0xFF], [0xE2, 0x82], [0xC0, 0x80], [0xED, 0xA0, 0x80]] as [[UInt8]])
  func whatIsNotUTF8IsNil(_ bytes: [UInt8]) {
    let line = Array(#"{"type":"x","text":""#.utf8) + bytes + Array(#""}"#.utf8)
    #expect(Event(line: line) == nil)
  }

  @Test func aLineOfTooMuchDepthIsNil() {
    let line =
      #"{"type":"x","deep":"# + String(repeating: "[", count: 5000)
      + String(repeating: "]", count: 5000) + "}"
    #expect(Event(line: Array(line.utf8)) == nil)
  }

  @Test func anUnknownTypeIsKeptAsItCame() throws {
    let line = #"{"n":12345678901234,"nothing":null,"text":"\u2028é","type":"of tomorrow"}"#
    let event = try #require(Event(line: Array(line.utf8)))
    #expect(try JSON(parsing: event.line) == JSON(parsing: line.utf8))
  }

  @Test func linesEndAtLineFeedsAlone() {
    var splitter = LineSplitter()
    let text = "a\r\u{2028}\u{85}\u{0B}\u{0C}b\n\nc"
    #expect(
      splitter.append(Array(text.utf8)) == [Array("a\r\u{2028}\u{85}\u{0B}\u{0C}b".utf8), []])
    #expect(splitter.finish() == Array("c".utf8))
    #expect(splitter.finish() == nil)
  }

  @Test(arguments: [1, 7, 999, 1000, 1001, 5000])
  func aLongLineComesInPiecesWithoutLoss(chunk: Int) {
    let text = (0..<5000).map { UInt8(ascii: "a") + UInt8($0 % 26) }
    var splitter = LineSplitter(limit: 1000)
    var lines: [[UInt8]] = []
    let stream = text + Array("\nnext\n".utf8)
    for start in stride(from: 0, to: stream.count, by: chunk) {
      lines += splitter.append(Array(stream[start..<min(start + chunk, stream.count)]))
    }
    #expect(lines.last == Array("next".utf8))
    #expect(lines.dropLast().allSatisfy { $0.count <= 1000 })
    #expect(Array(lines.dropLast().joined()) == text)
    #expect(splitter.finish() == nil)
  }

  @Test func twoMebibytesComeInPiecesOfOneAtMost() {
    var splitter = LineSplitter()
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 2 << 20)
    let pieces = splitter.append(line) + [splitter.finish() ?? []]
    #expect(pieces.map(\.count) == [1 << 20, 1 << 20])
  }

  @Test func aCharacterMayBeCutByChunks() {
    var splitter = LineSplitter()
    var lines: [[UInt8]] = []
    for byte in "ä€😀\n".utf8 { lines += splitter.append([byte]) }
    #expect(lines == [Array("ä€😀".utf8)])
  }
}
