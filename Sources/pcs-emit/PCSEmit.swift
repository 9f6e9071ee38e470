import ArgumentParser
import PCSCore
import PCSTool

@main
struct PCSEmit: ToolCommand {
  static let configuration = CommandConfiguration.tool(
    "pcs-emit", "Write lines of the event stream from a script.",
    discussion: """
      PCS_MODULE and PCS_SESSION_ID say in whose name and for which session.

      Examples:
        pcs-emit log INFO 'copied the keys' count=3
        pcs-emit progress 0.5 'half way'
        pcs-emit error sync.failed 'no keys found' --hint 'run ssh-keygen'
      """,
    subcommands: [Log.self, Progress.self, Failure.self])

  static func main() async { await runTool() }
}
