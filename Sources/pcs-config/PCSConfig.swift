import ArgumentParser
import PCSCore
import PCSTool

@main
struct PCSConfig: ToolCommand {
  static let configuration = CommandConfiguration.tool(
    "pcs-config", "Check and show the configuration.",
    discussion: """
      The file is $XDG_CONFIG_HOME/pc-switcher/config.yaml; pc-switcher.yaml(5) describes it.

      Examples:
        pcs-config init
        pcs-config check
        pcs-config show --module user-data
        pcs-config push vega
      """,
    subcommands: [
      Check.self, Show.self, Init.self, Push.self, PathVerb.self, SchemaVerb.self, Validate.self,
      Content.self, Folders.self,
    ])

  static func main() async { await runTool() }
}
