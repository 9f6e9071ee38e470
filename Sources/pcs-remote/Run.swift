import ArgumentParser
import Glibc
import OpenSSH
import PCSCore
import PCSTool
import SystemPackage

struct Run: PlainCommand {
  static let configuration = CommandConfiguration.verb(
    "run", "Run a command on the target, with its arguments exactly as given.",
    discussion: "Standard output, standard error and the exit status pass through.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var connection: WhichConnection
  @Flag(help: "Run it as root.") var sudo = false
  @Flag(help: "Hand our standard input on.") var stdin = false
  @Flag(help: "Print one completed_process line instead.") var json = false
  @Option(help: ArgumentHelp("End it after so long, such as 10s.", valueName: "duration"))
  var timeout: DurationArgument?
  @Argument(parsing: .postTerminator, help: "The command and its arguments.")
  var command: [String]

  func validate() throws {
    if command.isEmpty { throw ArgumentParser.ValidationError("no command after --") }
  }

  func runPlain() async throws {
    if json {
      let reporter = Reporter(
        tool: "pcs-remote", sessionID: common.stampedSession, format: .json, renderer: { _ in nil })
      await ToolRun.stream(reporter) {
        reporter.emit(.completedProcess(try await remote().capture()))
      }
    }
    let outcome = await withSignalsCancelling { try await remote().relay() }
    if let signal = outcome.signal { die(of: signal) }
    Glibc.exit(try outcome.result.get())
  }

  private func remote() throws -> RemoteProcess {
    RemoteProcess(
      connection: try connection.find(), command: RawArguments.afterTerminator ?? [],
      asRoot: sudo, passesInput: stdin, timeout: timeout?.duration)
  }
}
