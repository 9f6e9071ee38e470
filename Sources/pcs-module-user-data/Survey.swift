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
