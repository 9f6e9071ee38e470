import ArgumentParser
import PCSTool

@main
struct PCSModuleUserData: ToolCommand {
  static let configuration = CommandConfiguration.tool(
    "pcs-module-user-data", UserDataModule.summary,
    discussion: """
      Examples:
        pcs-module-user-data describe
        pcs-module-user-data explain ~/Downloads/debian.iso
        pcs-sync --only user-data vega
      """,
    subcommands: ModuleVerbs<UserDataModule>.all
      + [
        Explain.self, Recover.self, CommitVerb.self, Survey.self, Serve.self,
      ])

  static func main() async { await runTool() }
}
