import ArgumentParser
import PCSCore
import PCSTool

@main
struct PCSLog: ToolCommand {
  static let configuration = CommandConfiguration.tool(
    "pcs-log", "Keep the log of a stream, and read it again.",
    discussion: """
      Logs lie in ~/.local/share/pc-switcher/logs, one file of JSON lines a session.

      Examples:
        pcs-snapshot pre | pcs-log write | pcs-ui
        pcs-log show --last --level WARNING
      """,
    subcommands: [Write.self, Show.self, List.self, Prune.self])

  static func main() async { await runTool() }
}
