import ArgumentParser
import PCSCore
import PCSTool
import SystemPackage

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration.verb(
    "run", "Run a command on a leash; the verb may be left out.")

  @Option(
    help: ArgumentHelp(
      "How long the command may take to end after SIGTERM, such as 10s.", valueName: "duration"))
  var grace = DurationArgument(.seconds(5))
  @Option(help: ArgumentHelp("Hang on the agent of this session.", valueName: "id"))
  var session: String?
  @Option(
    name: .customLong("exec"),
    help: ArgumentHelp("Run a request of pcs-remote.", valueName: "base64"))
  var request: String?
  @Argument(parsing: .postTerminator, help: "The command and its arguments.")
  var command: [String] = []

  func validate() throws {
    if let session, !SessionID.isValid(session) {
      throw ArgumentParser.ValidationError("'\(session)' is not a session id: 8 hexadecimal digits")
    }
  }

  func run() throws {
    if let request { try RemoteCommand.run(RemoteRequest(word: request), grace: grace.duration) }
    guard !command.isEmpty else {
      throw ArgumentParser.ValidationError("give a command after --, or --exec")
    }
    let tether = try session.map { try Tether.agent(of: $0) } ?? Tether.parent()
    var leashed = LeashedCommand(RawArguments.afterTerminator ?? [], tether: tether)
    leashed.grace = grace.duration
    leashed.reportsFailedEnd = session != nil
    try leashed.run()
  }
}
