import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// The example of `pcs-module(7)`, bin/examples/pcs-module-hello.
@Suite struct HelloTests {
  private static let module = FilePath(#filePath).removingLastComponent().removingLastComponent()
    .removingLastComponent().appending("bin/examples/pcs-module-hello")

  private func run(_ verb: String, remote: String) async throws -> Tool.Outcome {
    try await withScratchDirectory { directory in
      try await Tool.script(
        """
        mkdir bin; printf '#!/bin/sh\\n%s\\n' '\(remote)' >bin/pcs-remote; chmod +x bin/pcs-remote
        cat >in; \(Self.module) \(verb) <in
        """, in: directory, environment: ["PCS_MODULE": "hello", "PCS_SESSION_ID": "0badcafe"],
        input: #"{"type":"invocation","protocol":1,"config":{"greeting":"good morning"}}"#)
    }
  }

  @Test func describesItself() async throws {
    let outcome = try await run("describe", remote: "exit 1")
    let description: ModuleDescription = try JSON(parsing: outcome.output.utf8).decode()
    #expect(description.name == "hello")
    #expect(description.configSchema["properties"]?["greeting"]?["default"] == "hello")
  }

  @Test func greetsTheTarget() async throws {
    let outcome = try await run("execute", remote: "echo vega")
    #expect(outcome.status == 0)
    #expect(outcome.logs.map(\.message) == ["good morning, vega"])
    #expect(outcome.logs.allSatisfy { $0.module == "hello" && $0.sessionID == "0badcafe" })
  }

  @Test func failsWithoutATarget() async throws {
    let outcome = try await run("execute", remote: "exit 69")
    #expect(outcome.status == 1)
    #expect(outcome.result?.error?.kind == "hello.nobody")
  }
}
