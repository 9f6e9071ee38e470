import Configuration
import PCSCore
import Testing

@Suite struct YAMLReaderTests {
  @Test(arguments: [
    ("~", "null"), ("null", "null"), ("Null", "null"), ("nULL", #""nULL""#),
    ("true", "true"), ("True", "true"), ("FALSE", "false"), ("tRue", #""tRue""#),
    ("no", #""no""#), ("yes", #""yes""#), ("on", #""on""#), ("1:20", #""1:20""#),
    ("017", "17"), ("0o17", "15"), ("0x1F", "31"), ("+12", "12"), ("-0", "0"), ("-5", "-5"),
    ("0o8", #""0o8""#), ("0b1", #""0b1""#), ("1_000", #""1_000""#), ("-0x1", #""-0x1""#),
    ("1.5", "1.5"), (".5", "0.5"), ("1.", "1"), ("01.50", "1.5"), ("1e3", "1000"),
    ("-.5e-1", "-0.05"),
    ("1e", #""1e""#), (".", #"".""#), ("+", #""+""#), ("1.2.3", #""1.2.3""#),
    ("2001-01-01", #""2001-01-01""#),
    ("123456789012345678901234567890", "1.2345678901234567890123456789e29"),
    ("'12'", #""12""#), (#""true""#, #""true""#), ("[a, 1]", #"["a",1]"#),
    ("{a: 1, b: ~}", #"{"a":1,"b":null}"#),
    ("<<", #""<<""#), (#""\u263a\n""#, "\"\u{263A}\\n\""),
  ])
  func readsScalarsAsTheCoreSchemaDoes(_ yaml: String, _ json: String) throws {
    let (node, findings) = YAMLReader.read(Array("key: \(yaml)\n".utf8))
    #expect(findings == [])
    #expect(node?["key"]?.text == json)
  }

  @Test func knowsWhereEveryKeyAndValueStands() throws {
    let text = "first: 1\nüñí: {inner: two}\nlist:\n  - a\n  -   b\nempty:\n"
    let node = try #require(YAMLReader.read(Array(text.utf8)).node)
    let members = try #require(node.members)
    #expect(members.map(\.key) == ["first", "üñí", "list", "empty"])
    #expect(members.map(\.position?.line) == [1, 2, 3, 6])
    #expect(members[0].value.position == TextPosition(line: 1, column: 8))
    #expect(members[1].value["inner"]?.position == TextPosition(line: 2, column: 14))
    #expect(members[2].value.elements?[1].position == TextPosition(line: 5, column: 7))
  }

  @Test(arguments: [
    ("a: &x 1", "anchors (&name) are not allowed", 1, 4),
    ("a: *x", "aliases (*name) are not allowed", 1, 4),
    ("a: !!str 1", "tags (!name) are not allowed", 1, 4),
    ("&k a: 1", "anchors (&name) are not allowed", 1, 1),
    ("a: 1\n---\nb: 2", "a second document", 2, 1),
    ("a: 1\nb: 2\na: 3", "duplicate key 'a', first in line 1", 3, 1),
    ("x: {a: 1, a: 2}", "duplicate key 'a', first in line 1", 1, 11),
    ("? [a]\n: b", "a key has to be text", 1, 3),
    ("a: .inf", ".inf is a number that JSON cannot hold", 1, 4),
    ("a: -.INF", "-.INF is a number that JSON cannot hold", 1, 4),
    ("a: .NaN", ".NaN is a number that JSON cannot hold", 1, 4),
    ("a: 1e99999", "1e99999 is a number that JSON cannot hold", 1, 4),
    ("ok: 1\nä: \u{FFFE}", "control characters are not allowed", 2, 4),
  ])
  func refusesWhatWouldSurprise(_ yaml: String, _ message: String, _ line: Int, _ column: Int) {
    let findings = YAMLReader.read(Array(yaml.utf8)).findings
    #expect(findings.map(\.message) == [message])
    #expect(findings.first?.position == TextPosition(line: line, column: column))
  }

  @Test(arguments: [
    ("a: [@home]", "put it in quotes: '@home'", 1, 5),
    ("a:\n  - @home\n", "put it in quotes: '@home'", 2, 5),
    ("a:\n  - `it's` b", "put it in quotes: '`it''s`'", 2, 5),
    ("a:\n  - %x", "put it in quotes: '%x'", 2, 5),
    ("a:\n  - *.iso", "put it in quotes: '*.iso'", 2, 6),
    ("a:\n\tb: 1", "indent with spaces, not with a tab", 2, 1),
    ("a: 1\n\tb: 1", "indent with spaces, not with a tab", 2, 1),
    ("a:\n  \t- b: 1", "indent with spaces, not with a tab", 2, 3),
  ])
  func namesTheCureOfACommonMistake(_ yaml: String, _ cure: String, _ line: Int, _ column: Int) {
    let findings = YAMLReader.read(Array(yaml.utf8)).findings
    #expect(findings.count == 1)
    #expect(findings.first?.message.hasSuffix("; \(cure)") == true, "\(findings)")
    #expect(findings.first?.position == TextPosition(line: line, column: column))
  }

  @Test(arguments: ["a: 1\nb: 2\n", "# x\na: 1\nb: 2\n", "{a: 1, b: 2}"])
  func readsAFileThatBeginsWithAByteOrderMark(_ yaml: String) throws {
    let (node, findings) = YAMLReader.read(Array("\u{FEFF}\(yaml)".utf8))
    #expect(findings == [])
    #expect(node?.members?.map(\.key) == ["a", "b"])
  }

  @Test func reportsEverythingAtOnce() {
    let text = "a: &x 1\nb: *x\nc: !t 2\na: 3\n"
    #expect(YAMLReader.read(Array(text.utf8)).findings.map(\.position?.line) == [1, 2, 3, 4])
  }

  @Test func refusesWhatIsNotUTF8() {
    let (node, findings) = YAMLReader.read(Array("a: 1\nb: ".utf8) + [0xC3, 0x28])
    #expect(node == nil)
    #expect(findings.first?.message == "not UTF-8")
    #expect(findings.first?.position == TextPosition(line: 2, column: 4))
  }

  @Test func refusesUTF16() {
    #expect(
      YAMLReader.read([0xFF, 0xFE, 0x61, 0, 0x3A, 0]).findings.map(\.message) == ["not UTF-8"])
  }

  @Test(arguments: [63, 64]) func readsToTheDepthLimit(_ depth: Int) {
    let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    #expect(YAMLReader.read(Array(text.utf8)).node != nil)
  }

  @Test func stopsBelowTheDepthLimit() {
    let text = String(repeating: "[", count: 100_000)
    let (node, findings) = YAMLReader.read(Array(text.utf8))
    #expect(node == nil)
    #expect(findings.map(\.message) == ["nested more than 64 deep"])
  }

  @Test func refusesMoreThanAMebibyte() {
    let text = [UInt8](repeating: UInt8(ascii: "#"), count: YAMLReader.sizeLimit + 1)
    #expect(YAMLReader.read(text).findings.map(\.message) == ["larger than 1 MiB"])
    #expect(YAMLReader.read(Array(text.dropLast())).findings == [])
  }

  @Test(arguments: ["", "\n", "# a comment\n", "---\n", "\u{FEFF}"])
  func takesAnEmptyDocumentForNull(_ text: String) {
    let (node, findings) = YAMLReader.read(Array(text.utf8))
    #expect(node?.text == "null")
    #expect(findings == [])
  }
}
