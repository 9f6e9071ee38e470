import PCSCore
import PCSTestSupport
import Testing

/// A command line without a verb says nothing that anybody could do.
@Suite struct VerbTests {
  static let tools = [
    "pcs-config", "pcs-diskmon", "pcs-emit", "pcs-history", "pcs-lock", "pcs-log", "pcs-remote",
    "pcs-snapshot", "pcs-module-user-data", "pcs-module-dummy-success", "pcs-module-dummy-fail",
  ]

  @Test(arguments: tools) func aMissingVerbIsWrongUsage(_ name: String) async throws {
    let tool = Tool(name)
    let bare = try await tool()
    #expect(bare.status == 64)
    #expect(bare.output == "")
    let help = try await tool("--help")
    #expect(help.status == 0)
    #expect(help.errors == "")
    #expect(bare.errors == help.output)
    #expect(help.output.contains("SUBCOMMANDS"))
  }

  @Test(arguments: [["pcs-leash", "run", "5s"], ["pcs-diskmon", "watch", "30s"]])
  func helpNamesDurationsAsTheyAreTyped(_ words: [String]) async throws {
    let help = try await Tool(words[0])(words[1], "--help").output
    #expect(help.contains("(default: \(words[2]))"))
  }

  @Test func aMissingTargetIsWrongUsage() async throws {
    let bare = try await Tool("pcs-sync")()
    #expect(bare.status == 64)
    #expect(bare.output == "")
    #expect(bare.errors.contains("pcs-sync TARGET"))
  }

  @Test(
    "C1: a sync without a configuration ends with 78 and names pcs-config init",
    arguments: [
      ["vega"], ["--check", "vega"], ["--dry-run", "vega"],
    ])
  func aSyncWantsAConfiguration(_ words: [String]) async throws {
    var tool = Tool("pcs-sync")
    tool.environment = ["HOME": "/nonexistent", "XDG_CONFIG_HOME": nil]
    let run = try await tool.run(words)
    #expect(run.status == 78)
    #expect(run.result?.error?.kind == "configuration.missing")
    #expect(run.result?.error?.hint?.contains("pcs-config init") == true)
    #expect(!run.events.contains { if case .state(_) = $0 { true } else { false } })
  }
}
