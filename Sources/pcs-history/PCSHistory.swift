import ArgumentParser
import LiveCommit
import PCSTool

@main
struct PCSHistory: ToolCommand {
  static let configuration = CommandConfiguration.tool(
    "pcs-history", "Remember the syncs of this machine.",
    discussion: """
      Examples:
        pcs-history show
        pcs-history show --session 1a2b3c4d --format json
      """,
    subcommands: [Begin.self, Commit.self, Show.self, Gate.self])

  static func main() async { await runTool() }
}
