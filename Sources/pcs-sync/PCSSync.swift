import ArgumentParser
import PCSTool

@main
struct PCSSync: ToolCommand {
  static let configuration = CommandConfiguration.tool(
    "pcs-sync", "Make another machine a replica of this one.",
    usage: """
      pcs-sync [<options>] <target>
      pcs-sync status | history
      """,
    discussion: """
      Examples:
        pcs-sync vega                 work on here, go on on vega
        pcs-sync vega --dry-run       say what would be done
        pcs-sync vega | jq -c .       the same as JSON lines
      """,
    subcommands: [Sync.self, Status.self, History.self], defaultSubcommand: Sync.self)

  static func main() async { await runTool() }
}
