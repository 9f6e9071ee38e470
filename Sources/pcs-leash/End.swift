import ArgumentParser
import PCSCore
import PCSTool

struct End: ParsableCommand {
  static let configuration = CommandConfiguration.verb(
    "end", "End everything of a session on this machine; its agent stays.")

  @Option(help: ArgumentHelp("The session.", valueName: "id")) var session: String

  func run() throws {
    try SessionAgent.endCommands(of: session)
  }
}
