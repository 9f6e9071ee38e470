import PCSCore
import PCSTool

/// Whoever the environment names, for the session of the command line or of the environment.
struct Speaker {
  let module: String
  let sessionID: String
  private let reporter: Reporter

  init(_ common: CommonOptions) {
    module = Places.environment("PCS_MODULE") ?? "core"
    reporter = common.reporter(tool: "pcs-emit", module: module)
    sessionID = reporter.sessionID
  }

  /// Writes the line; on a terminal as text, whatever its level.
  func write(_ event: Event) throws {
    reporter.emit(event, asText: EventText.render(event, atLeast: .debug))
    if let error = reporter.outputError { throw error }
  }
}
