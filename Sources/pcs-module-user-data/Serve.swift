import ArgumentParser
import FoundationEssentials
import PCSCore
import PCSTool
import SystemPackage
import UserData

/// The source's half on the target: answers one request after another, until there are no more.
struct Serve: StreamCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  @OptionGroup var common: CommonOptions

  func run(_ reporter: Reporter) async throws {
    let requests = RequestReader(.standardInput)
    while let request = try requests.next() {
      var end = AnswerEnd()
      do {
        try await answer(request, reporter)
      } catch let error as CancellationError {
        throw error
      } catch {
        end = AnswerEnd(error)
      }
      reporter.emit(try end.event)
    }
  }

  private func answer(_ request: TargetRequest, _ reporter: Reporter) async throws {
    let writer = EventWriter()
    func answer(_ reply: LookReply) throws {
      try writer.write(line: reply.line + [UInt8(ascii: "\n")])
    }
    switch request {
    case .look(let request): try await look(request, answer)
    case .probe(let request): try request.answer(answer)
    case .digest(let request):
      try request.answer { try writer.write(line: $0.line + [UInt8(ascii: "\n")]) }
    case .stage(let request): try StageRun(request, reporter: reporter).run()
    }
  }

  private func look(
    _ request: LookRequest, _ answer: @escaping (LookReply) throws -> Void
  ) async throws {
    let survey = try await MachineSurvey(of: request.folders.map(\.path), asksRsync: false)
    try answer(.survey(survey))
    for (index, folder) in request.folders.enumerated() {
      guard let found = survey[folder.path], found.problem == nil else { return }
      let snapshot = try SnapshotFolder(found, in: request.snapshots)
      try FolderLook(folder, snapshot, answer: answer).run(index: index)
    }
  }
}
