import PCSCore
import PCSTestSupport
import Testing

@Suite struct EmitTests {
  @Test func logsInTheNameOfTheEnvironment() async throws {
    var emit = Tool("pcs-emit")
    emit.environment = ["PCS_MODULE": "keys", "PCS_SESSION_ID": "0badcafe"]
    let outcome = try await emit(
      "log", "INFO", "copied", "count=3", "share=0.5", "ok=true", "to=a=b")
    let entry = try #require(outcome.logs.first)
    #expect(entry.level == .info)
    #expect(entry.module == "keys")
    #expect(entry.sessionID == "0badcafe")
    #expect(entry.context == ["count": 3, "share": 0.5, "ok": true, "to": "a=b"])
  }

  @Test func writesForTheSessionOfTheCommandLine() async throws {
    let outcome = try await Tool("pcs-emit")("log", "INFO", "x", "--session", "0badcafe")
    #expect(outcome.logs.map(\.sessionID) == ["0badcafe"])
  }

  @Test func writesTextForPeople() async throws {
    let emit = Tool("pcs-emit")
    #expect(try await emit("log", "FULL", "x", "--format", "text").output.hasSuffix(" x\n"))
    let progress = try await emit("progress", "0.5", "half", "--format", "text")
    #expect(progress.output.hasSuffix(" 50% half\n"))
    let error = try await emit("error", "a.b", "bad", "--hint", "mend it", "--format", "text")
    #expect(error.output == "")
    #expect(error.errors == "core: bad\ncore: hint: mend it\n")
  }

  @Test(
    arguments: [
      (["0.5", "half"], JSON.number(0.5)), (["-", "counting"], .null),
      (["1", "done"], .integer(1)),
    ])
  func tellsProgress(_ arguments: [String], _ percentage: JSON) async throws {
    let outcome = try await Tool("pcs-emit").run(["progress"] + arguments)
    #expect(outcome.status == 0)
    let line = try JSON(parsing: outcome.output.utf8)
    #expect(line["percentage"] == percentage)
    #expect(line["current_item"] == .string(arguments[1]))
  }

  @Test func endsAScriptThatFailed() async throws {
    let outcome = try await Tool("pcs-emit")("error", "keys.none", "no keys", "--hint", "make one")
    let result = try #require(outcome.result)
    #expect(outcome.status == 0)
    #expect(result.status == .failed)
    #expect(result.exitCode == 1)
    #expect(
      result.error == ErrorDescription(kind: "keys.none", message: "no keys", hint: "make one"))
  }

  @Test(
    arguments: [
      ["log", "LOUD", "x"], ["log", "CRITICAL", "x"], ["log", "INFO", ""], ["log", "INFO"],
      ["log", "INFO", "x", "novalue"], ["progress", "1.5", "x"], ["progress", "nan", "x"],
      ["progress", "-0.1", "x"], [], ["error", "kind"],
    ])
  func refusesWhatMakesNoLine(_ arguments: [String]) async throws {
    let outcome = try await Tool("pcs-emit").run(arguments)
    #expect(outcome.status == 64)
    #expect(!outcome.output.contains("{"))
  }

  @Test func saysThatItsOutputIsFull() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        "pcs-emit log INFO x >/dev/full; echo $?", in: directory)
      #expect(outcome.output == "74\n")
      #expect(outcome.errors == "pcs-emit: standard output: No space left on device\n")
    }
  }
}
