import PCSCore
import Testing

/// Requirement L4: what must not stand in a log.
@Suite struct RedactionTests {
  @Test(
    "L4: URLs lose their userinfo",
    arguments: [
      ("https://ada:secret@host/path", "https://***@host/path"),
      ("https://ada@host:8080/", "https://***@host:8080/"),
      ("https://host:8080/a@b", "https://host:8080/a@b"),
      ("https://ada:p@ss@host?q=x@y", "https://***@host?q=x@y"),
      ("https://host?mail=ada@host", "https://host?mail=ada@host"),
      ("https://host#ada@host", "https://host#ada@host"),
      ("https://a:b@one and ssh://c:d@two.", "https://***@one and ssh://***@two."),
      ("https://one and ada@two", "https://one and ada@two"),
      ("https://a:b@one,https://c:d@two", "https://***@one,https://***@two"),
      ("https://@host", "https://***@host"), ("https://ä:ö@host", "https://***@host"),
      ("ada:secret@host", "ada:secret@host"), ("ada@vega:work", "ada@vega:work"),
      ("://a@", "://***@"), ("://", "://"), (":/", ":/"), ("", ""), ("://://a:b@c", "://://***@c"),
      (#"{"a":"https://h","b":"x@y"}"#, #"{"a":"https://h","b":"x@y"}"#),
      (#"{"a":"https://u:p@h","b":"x@y"}"#, #"{"a":"https://***@h","b":"x@y"}"#),
      (#"{"a":"https://h\nx@y"}"#, #"{"a":"https://h\nx@y"}"#),
    ])
  func urlsLoseTheirUserinfo(text: String, redacted: String) {
    #expect(Redaction.withoutUserinfo(Array(text.utf8)) == Array(redacted.utf8))
  }

  @Test("L4: every line of the stream is redacted") func everyLineIsRedacted() throws {
    let entry = LogEntry(
      level: .info, module: "m", hostname: "h", message: "cloned https://ada:secret@host/x.git",
      context: ["url": "ftp://u:secret@h"], sessionID: "0badcafe")
    let line = String(decoding: try Event.log(entry).line, as: UTF8.self)
    #expect(!line.contains("secret"))
    #expect(line.contains("https://***@host/x.git"))
  }
}
