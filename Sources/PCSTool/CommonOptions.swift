package import ArgumentParser
import Glibc
package import PCSCore

extension Reporter.Format: ExpressibleByArgument {}

extension LogLevel: ExpressibleByArgument {
  package init?(argument: String) {
    self.init(rawValue: argument.uppercased())
  }
}

/// What every command line of the suite understands.
package struct CommonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "json or text; text on a terminal, JSON lines otherwise.", valueName: "json|text"))
  package var format: Reporter.Format?

  @Flag(help: "Show warnings and errors only.")
  package var quiet = false

  @Flag(help: "Show more; twice for everything.")
  package var verbose: Int

  @Option(help: ArgumentHelp("The id of the session, eight hexadecimal digits.", valueName: "id"))
  package var session: String?

  package init() {}

  package mutating func validate() throws {
    if let session, !SessionID.isValid(session) {
      throw ArgumentParser.ValidationError("'\(session)' is not a session id: 8 hexadecimal digits")
    }
  }

  /// The format asked for, or the one that fits standard output.
  package var effectiveFormat: Reporter.Format {
    if let format { return format }
    if let name = Places.environment("PCS_FORMAT"), let format = Reporter.Format(rawValue: name) {
      return format
    }
    return isatty(STDOUT_FILENO) == 1 ? .text : .json
  }

  /// The level that the command line asks for; nil when it says nothing.
  package var chosenLevel: LogLevel? { quiet || verbose > 0 ? level : nil }

  /// The least level that people see.
  package var level: LogLevel {
    if quiet { return .warning }
    return verbose == 0 ? .info : verbose == 1 ? .full : .debug
  }

  /// The session a writing verb stamps: the option, the environment's, or a new one.
  package var stampedSession: String {
    if let session { return session }
    if let inherited = Places.environment("PCS_SESSION_ID"), SessionID.isValid(inherited) {
      return inherited
    }
    return SessionID.make()
  }

  package func reporter(tool: String, module: String = "core") -> Reporter {
    let level = level
    return Reporter(
      tool: tool, module: module, sessionID: stampedSession, format: effectiveFormat,
      renderer: { EventText.render($0, atLeast: level) })
  }
}
