import ArgumentParser
import Configuration
import PCSCore
import PCSTool

struct PathVerb: PlainCommand {
  static let configuration = CommandConfiguration.verb(
    "path", "Print where the configuration file is, or would be.")

  func runPlain() async throws {
    guard let path = Places.configuration else { throw HomeError() }
    try EventWriter().write(line: path.bytes + [UInt8(ascii: "\n")])
  }
}

/// Nothing says where this user's files are.
struct HomeError: ToolError {
  var id: String { "configuration.home" }
  var description: String { "HOME: not set, and the user database names no home" }
}
