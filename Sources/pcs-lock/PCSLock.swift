import ArgumentParser
import PCSCore
import PCSTool

@main
struct PCSLock: ToolCommand {
  static let configuration = CommandConfiguration.tool(
    "pcs-lock", "Let one sync run at a time.",
    discussion: """
      The lock is the kernel's: it is free as soon as its holder has ended, however it ended.

      Examples:
        pcs-lock run -- sh -c 'pcs-snapshot pre && rsync -a ~/work/ vega:work/'
        pcs-lock status
      """,
    subcommands: [Hold.self, Run.self, Status.self])

  static func main() async { await runTool() }
}
