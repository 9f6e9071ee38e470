import FoundationEssentials
import LiveCommit
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing
import UserData

struct UserDataSurveyTests {
  @Test("S7: a check names the programs that have files open for writing")
  func findsProgramsThatWrite() async throws {
    try await withScratchDirectory { scratch in
      let module = Tool("pcs-module-user-data")
      let request = SurveyRequest([scratch], accounts: AccountRequest())
      let list = String(decoding: try JSON.encoder.encode(request), as: UTF8.self)
      func programs() async throws -> [WritingProgram] {
        let outcome = try await module("survey", input: list)
        let survey = try JSONDecoder().decode(MachineSurvey.self, from: Data(outcome.output.utf8))
        return try #require(survey.programs)
      }
      let files = try ["one", "two", "read"].map {
        try FileDescriptor.open(
          scratch.appending($0), $0 == "read" ? .readOnly : .writeOnly, options: .create,
          permissions: .ownerReadWrite)
      }
      let found = try await programs()
      #expect(found.map(\.files) == [2])
      #expect(found.map(\.folder) == [scratch])
      #expect(found.map { $0.writer.pid } == [Int(ProcessInfo.processInfo.processIdentifier)])
      #expect(found.first?.text(on: "vega").contains("has 2 files in \(scratch) open") == true)
      for file in files { try file.close() }
      #expect(try await programs().isEmpty)
    }
  }
}
