import PCSCore
import Testing

@testable import OpenSSH

/// What a login shell prints by itself is kept apart from what a command writes.
@Suite struct GreetingTests {
  @Test(arguments: [1, 2, 3, 5, 100])
  func aFilterBeginsAfterTheMark(chunk: Int) {
    let stream = Array("hi\nMARmMARKbytes MARK more".utf8)
    var filter = GreetingFilter(mark: "MARK")
    var passed: [UInt8] = []
    for start in stride(from: 0, to: stream.count, by: chunk) {
      passed += filter.pass(Array(stream[start..<min(start + chunk, stream.count)]))
    }
    #expect(String(decoding: passed, as: UTF8.self) == "bytes MARK more")
  }

  @Test(arguments: [
    ("\nmark\na\nb\n", ["a", "b"], ""), ("hi\n\nmark\na\n", ["a"], "hi"),
    ("no end of line\nmark\n", [], "no end of line"), ("mark\n", [], ""),
  ])
  func aScriptsAnswerBeginsAfterIt(_ output: String, _ lines: [String], _ greeting: String) throws {
    let answer = try #require(
      RemoteScript.Answer(output: Array(output.utf8), mark: "mark", status: .exited(0)))
    #expect(answer.lines == lines)
    #expect(answer.greeting == greeting)
  }

  @Test func withoutAMarkNothingRan() {
    #expect(
      RemoteScript.Answer(output: Array("hi\n".utf8), mark: "mark", status: .exited(0)) == nil)
  }

  @Test func factsAreReadByTheirNames() throws {
    let facts = try #require(
      TargetFacts(lines: [
        "host vega", "machine 0123", "user 1000 ada", "shell /bin/tcsh", "version 1.2.3",
        "installation 1.2.3-abc", "damaged", "digest ffff  /home/ada/x",
      ]))
    #expect(facts.hostname == "vega" && facts.machineID == "0123")
    #expect(facts.userID == 1000 && facts.userName == "ada")
    #expect(facts.version == "1.2.3" && facts.isDamaged && facts.configurationDigest == "ffff")
    #expect(facts.startFile == "~/.tcshrc or ~/.cshrc")
  }

  @Test(arguments: [
    ["machine 0123", "user 0 root"], ["host vega", "machine", "user 0 root"],
    ["host vega", "machine 0123", "user x"],
  ])
  func aFactThatIsMissingIsAnError(_ lines: [String]) {
    #expect(TargetFacts(lines: lines) == nil)
  }
}
