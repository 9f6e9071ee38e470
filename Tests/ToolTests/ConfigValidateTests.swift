import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@Suite struct ConfigValidateTests {
  private func validate(_ document: String, _ schema: String) async throws -> Tool.Outcome {
    try await ConfigHome.with { home in
      let path = home.directory.appending("schema.json")
      try home.write(schema, to: path)
      return try await home.tool.run(["validate", "--schema", path.string], input: document)
    }
  }

  private func errors(_ outcome: Tool.Outcome) -> [ValidationError] {
    outcome.events.compactMap { if case .validationError(let error) = $0 { error } else { nil } }
  }

  @Test func acceptsWhatIsValid() async throws {
    let outcome = try await validate(#"{"a": 1}"#, #"{"properties": {"a": {"type": "integer"}}}"#)
    #expect(outcome.status == 0)
    #expect(errors(outcome) == [])
    #expect(outcome.result?.status == .success)
  }

  @Test func reportsEachErrorWithItsPointer() async throws {
    let outcome = try await validate(
      "{\n  \"a/b\": 1,\n  \"list\": [1, \"x\"]\n}",
      #"{"properties":{"a/b":{"type":"string"},"list":{"items":{"type":"integer"}}},"required":["c"]}"#
    )
    #expect(outcome.status == 78)
    #expect(errors(outcome).map(\.path) == ["", "/a~1b", "/list/1"])
    #expect(errors(outcome).map(\.line) == [1, 2, 3])
    #expect(errors(outcome).last?.message == #"expected integer, found "x""#)
  }

  @Test(arguments: ["", "{", "[1,]", #"{"a":1,"a":2}"#, "// x\n1"])
  func reportsWhatIsNoJSON(_ document: String) async throws {
    let outcome = try await validate(document, "true")
    #expect(outcome.status == 78)
    #expect(errors(outcome).count == 1)
    #expect(errors(outcome).first?.message.hasPrefix("not JSON: ") == true)
  }

  @Test(arguments: [
    "", "{", "[]", #"{"type":"intger"}"#, #"{"$ref":"http://example.com/x.json"}"#,
    #"{"pattern":"("}"#, ##"{"$ref":"#"}"##,
  ])
  func refusesWhatIsNoSchema(_ schema: String) async throws {
    let outcome = try await validate("1", schema)
    #expect(outcome.status == 78)
    #expect(outcome.result?.error?.kind == "schema.invalid")
    #expect(errors(outcome) == [])
  }

  @Test func validatesTheWholeConfigurationByItsOwnSchema() async throws {
    try await ConfigHome.with { home in
      let schema = try await home.tool("schema")
      #expect(schema.status == 0)
      let document =
        #"{"log_cli_level":"LOUD","sync_modules":{"dummy_success":1},"dummy_success":{"x":1}}"#
      let outcome = try await validate(document, schema.output)
      #expect(
        errors(outcome).map(\.path) == [
          "/log_cli_level", "/sync_modules/dummy_success", "/dummy_success/x",
        ])
    }
  }

  @Test func printsTheSchemaOfAModule() async throws {
    try await ConfigHome.with { home in
      try home.addModule("waiter", schema: #"{"b":1,"a":2}"#)
      #expect(try await home.tool("schema", "waiter").output == "{\"b\":1,\"a\":2}\n")
    }
  }
}
