import LogFile
import PCSCore
import Testing

@Suite struct LoggedLineTests {
  @Test(
    arguments: [
      (#"{"type":"log","level":"DEBUG"}"#, LogLevel.full, false),
      (#"{"type":"log","level":"FULL"}"#, .full, true),
      (#"{"type":"log","level":"INFO"}"#, .warning, false),
      (#"{"type":"log","level":"ERROR"}"#, .warning, true),
      (#"{"type":"log","level":"LOUD"}"#, .error, true),
      (#"{"type":"progress"}"#, .full, true),
      (#"{"type":"progress"}"#, .info, false),
      (#"{"type":"session"}"#, .critical, true),
      (#"{"type":"novelty"}"#, .critical, true),
      (#"{"type":"question"}"#, .debug, false),
      ("no JSON at all", .critical, true),
    ])
  func isLoggedByLevel(_ line: String, _ level: LogLevel, _ isLogged: Bool) {
    #expect(LoggedLine(Array(line.utf8)).isLogged(at: level) == isLogged)
  }

  @Test(
    arguments: [
      (#"{"session_id":"0badcafe"}"#, "0badcafe"),
      (#"{"type":"session","id":"0badcafe"}"#, "0badcafe"),
      (#"{"type":"snapshot","id":"0badcafe"}"#, nil),
      (#"{"session_id":"../../etc"}"#, nil),
      ("0badcafe", nil),
    ])
  func knowsItsSession(_ line: String, _ session: String?) {
    #expect(LoggedLine(Array(line.utf8)).sessionID == session)
  }

  @Test(
    arguments: [
      "plain text", "", "[1]", #"{"a":1,}"#, "{\"a\":\"\u{1}\"}", "{}{}", "\u{FEFF}{}",
      #"{"a":01}"#,
    ])
  func wrapsWhatIsNoObject(_ line: String) throws {
    let record = try LoggedLine(Array(line.utf8)).record(sessionID: "0badcafe")
    guard case .log(let entry)? = Event(line: record.dropLast()) else {
      Issue.record("\(line) was not wrapped")
      return
    }
    #expect(entry.level == .warning)
    #expect(!entry.message.isEmpty)
    #expect(entry.sessionID == "0badcafe")
  }

  @Test func keepsAnObjectAsItIs() throws {
    let line = #"{ "b" : 1e400, "a" : "é\u2028" , "unknown" : [ ] }"#
    #expect(
      try LoggedLine(Array(line.utf8)).record(sessionID: "0badcafe") == Array((line + "\n").utf8))
  }

  @Test func hidesThePasswordsOfURLs() throws {
    let line = #"{"type":"log","message":"https://ada:secret@host/x"}"#
    let record = try LoggedLine(Array(line.utf8)).record(sessionID: "0badcafe")
    #expect(String(decoding: record, as: UTF8.self).contains("https://***@host/x"))
  }
}
