import ArgumentParser
import FoundationEssentials
import PCSCore
import PCSTool
import SystemPackage
import UserData

/// Paths as they are handed to a verb on the target: their bytes in base64.
enum PathList {
  static func text(_ paths: [FilePath]) throws -> [UInt8] {
    Array(try JSON.encoder.encode(paths.map { Data($0.bytes) }))
  }

  static func read() throws -> [FilePath] {
    let text = try FileContent.read(.standardInput, "standard input")
    return try JSONDecoder().decode([Data].self, from: Data(text)).map { FilePath(bytes: $0) }
  }
}

/// Prints what this machine knows of folders.
struct Survey: PlainCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  func runPlain() async throws {
    var survey = try await MachineSurvey(of: PathList.read())
    survey.findPrograms()
    try EventWriter().write(line: Array(try JSON.encoder.encode(survey)) + [UInt8(ascii: "\n")])
  }
}

/// Becomes a command that can change nothing in a folder: `view FOLDER CMD ARG…`.
struct View: PlainCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  @Argument(parsing: .captureForPassthrough) var words: [String] = []

  func runPlain() async throws {
    let words = RawArguments.afterVerb
    guard words.count > 1 else { throw ArgumentParser.ValidationError("no folder and command") }
    try ReadOnlyView.exec(Array(words.dropFirst()), folders: [FilePath(bytes: words[0])])
  }
}
