import ArgumentParser
import PCSCore
import PCSTool

struct Failure: PlainCommand {
  static let configuration = CommandConfiguration.verb(
    "error", "Write the result line of a script that failed.",
    discussion: "Let it be the script's last line, and leave with status 1.")

  @Argument(help: "The error's stable id, such as sync.failed.") var kind: String
  @Argument(help: "What went wrong.") var message: String
  @Option(help: "What the user can do about it.") var hint: String?

  func runPlain() async throws {
    try Speaker.write(
      .result(
        ToolResult(
          tool: "pcs-module-" + Speaker.module, status: .failed,
          exitCode: ExitStatus.failure.rawValue,
          error: ErrorDescription(kind: kind, message: message, hint: hint),
          sessionID: Speaker.sessionID)))
  }
}
