import ArgumentParser
import Glibc
import PCSCore
import PCSTool
import SystemPackage

/// Synchronous, unlike the other tools: the leash waits in one thread, with its signals blocked.
@main
struct PCSLeash: ParsableCommand {
  static let configuration = CommandConfiguration.tool(
    "pcs-leash", "Run a command that ends, with all it started, when its leash ends.",
    discussion: """
      Without --session the leash is the process that started pcs-leash.

      Examples:
        pcs-leash -- rsync -a ~/work/ vega:work/
        pcs-leash --grace 10s -- ./copy-everything
      """,
    subcommands: [Run.self, Serve.self, End.self], defaultSubcommand: Run.self)

  static func main() {
    OutputError.insteadOfSignal()
    do {
      var command = try parseAsRoot()
      try OwnLimits.raise()
      try command.run()
      Glibc.exit(0)
    } catch let error as any ToolError {
      ToolRun.fail(error, tool: "pcs-leash")
    } catch {
      ToolRun.leave(Self.self, error)
    }
  }
}
