import ArgumentParser
import PCSCore
import PCSTool

struct Failure: PlainCommand {
  static let configuration = CommandConfiguration.verb(
    "error", "Write the result line of a script that failed.",
    discussion: "Let it be the script's last line, and leave with status 1.")

  @OptionGroup var common: CommonOptions
  @Argument(help: "The error's stable id, such as sync.failed.") var kind: String
  @Argument(help: "What went wrong.") var message: String
  @Option(help: "What the user can do about it.") var hint: String?

  func runPlain() async throws {
    let speaker = Speaker(common)
    let error = ErrorDescription(kind: kind, message: message, hint: hint)
    try speaker.write(
      .result(
        ToolResult(
          tool: "pcs-module-" + speaker.module, status: .failed,
          exitCode: ExitStatus.failure.rawValue, error: error, sessionID: speaker.sessionID)))
    if common.effectiveFormat == .text { ToolRun.report(error, speaker.module) }
  }
}
