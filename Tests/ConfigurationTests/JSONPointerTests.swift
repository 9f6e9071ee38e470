import Configuration
import Testing

@Suite struct JSONPointerTests {
  @Test(arguments: ["", "/", "/a/b/0", "/a~1b/m~0n", "//"]) func readsWhatItWrites(_ text: String) {
    #expect(JSONPointer(parsing: text)?.text == text)
  }

  @Test(arguments: ["a", "/~", "/~2", "a/b"]) func refusesWhatIsNone(_ text: String) {
    #expect(JSONPointer(parsing: text) == nil)
  }

  @Test func isReadByPeople() {
    #expect(JSONPointer(["disk", "paths", "0", "x"]).dotted == "disk.paths[0].x")
  }
}
