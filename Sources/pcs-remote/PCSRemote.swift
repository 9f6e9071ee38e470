import ArgumentParser
import PCSTool

@main
struct PCSRemote: ToolCommand {
  static let configuration = CommandConfiguration.tool(
    "pcs-remote", "Work on another machine over one ssh connection.",
    discussion: """
      Examples:
        pcs-remote connect vega
        pcs-remote run -- df -h /home
        pcs-remote send notes.txt /tmp/notes.txt
        pcs-remote disconnect
      """,
    subcommands: [
      Connect.self, Run.self, Send.self, Hostname.self, Version.self, Status.self, Check.self,
      Install.self, Terminate.self, Disconnect.self, Receive.self, Lend.self,
    ])

  static func main() async { await runTool() }
}
