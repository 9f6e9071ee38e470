import PCSCore
import Testing

@Suite struct JSONReaderTests {
  @Test(arguments: [
    "null", "[]", "{}", #"{"b":1,"a":[true,false,null]}"#, "-0.5", "1e30", #""\"\\\n\u0001é""#,
    #"{"z":{"y":{"x":0}}}"#,
  ])
  func writesWhatItReads(_ text: String) throws {
    #expect(try JSONReader.read(Array(text.utf8)).text == text)
  }

  @Test(arguments: [
    ("", "ends where a value is expected", 1, 1), ("[1,]", "a value is expected", 1, 4),
    (#"{"a":1,}"#, "a key in quotes is expected", 1, 8),
    ("{\n  \"a\": 1,\n  \"a\": 2\n}", "duplicate key 'a'", 3, 3),
    (#"{"a":1,"\u0061":2}"#, "duplicate key 'a'", 1, 8), ("01", "not a JSON number", 1, 1),
    ("1 2", "something after the value", 1, 3), ("// x", "a value is expected", 1, 1),
    ("\u{FEFF}1", "a value is expected", 1, 1), ("NaN", "a value is expected", 1, 1),
    ("+1", "not a JSON number", 1, 1), ("1.", "not a JSON number", 1, 1),
    ("tru", "not a JSON value", 1, 1), ("\"a", "ends inside a string", 1, 3),
    ("\"a\n\"", "control character in a string", 1, 3),
    (#""\x""#, "not an escape that JSON knows", 1, 2),
    (#""\ud800""#, "not an escape that JSON knows", 1, 8),
    (#""\ude00""#, "half of a surrogate pair", 1, 8),
    ("{'a':1}", "a key in quotes is expected", 1, 2),
    ("[1 2]", "',' or ']' is expected", 1, 4), (#"{"é" 1}"#, "':' is expected", 1, 6),
    ("1e10000", "not a JSON number", 1, 1),
  ])
  func refusesWhatIsNoJSON(_ text: String, _ what: String, _ line: Int, _ column: Int) {
    let error = JSONSyntaxError(what: what, position: TextPosition(line: line, column: column))
    #expect(throws: error) { try JSONReader.read(Array(text.utf8)) }
  }

  @Test func refusesWhatIsNotUTF8() {
    #expect(throws: JSONSyntaxError.self) { try JSONReader.read([0x22, 0xFF, 0x22]) }
  }

  @Test func stopsAtItsDepth() throws {
    let text = String(repeating: "[", count: 5) + String(repeating: "]", count: 5)
    _ = try JSONReader.read(Array(text.utf8), depthLimit: 5)
    #expect(throws: JSONSyntaxError.self) {
      try JSONReader.read(Array(text.utf8), depthLimit: 4)
    }
  }

  @Test func readsPairsOfSurrogates() throws {
    #expect(try JSONReader.read(Array(#""\ud83d\ude00""#.utf8)).string == "\u{1F600}")
  }

  @Test(arguments: [
    ("1", "1.0", true), ("1", "10e-1", true), (#"{"a":1,"b":2}"#, #"{"b":2,"a":1}"#, true),
    ("[1,2]", "[2,1]", false), ("0", "false", false), ("\"\u{E9}\"", "\"e\u{301}\"", false),
    ("-0", "0", true), (#""1""#, "1", false),
  ])
  func comparesAsJSON(_ left: String, _ right: String, _ areEqual: Bool) throws {
    let nodes = (try JSONReader.read(Array(left.utf8)), try JSONReader.read(Array(right.utf8)))
    #expect((nodes.0 == nodes.1) == areEqual)
  }
}
