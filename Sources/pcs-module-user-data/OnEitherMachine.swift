import ArgumentParser
import FoundationEssentials
import PCSCore
import PCSTool
import SystemPackage
import UserData

/// Prints what this machine knows of folders.
struct Survey: PlainCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  func runPlain() async throws {
    let text = try FileContent.read(.standardInput, "standard input")
    let request = try JSONDecoder().decode(SurveyRequest.self, from: Data(text))
    var survey = try await MachineSurvey(of: request.folders, accounts: request.accounts)
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
