import ArgumentParser
import PCSCore
import PCSTool

@main
struct PCSDiskmon: ToolCommand {
  static let configuration = CommandConfiguration.tool(
    "pcs-diskmon", "Tell whether a disk has room, or watch that it keeps some.",
    discussion: """
      On btrfs the room for metadata counts too: it can be full while df(1) shows room.

      Examples:
        pcs-diskmon check --path /home --min 20%
        pcs-diskmon watch --min 10GiB --interval 5s
      """,
    subcommands: [Check.self, Watch.self] + ModuleVerbs<DiskMonitorModule>.all)

  static func main() async { await runTool() }
}
