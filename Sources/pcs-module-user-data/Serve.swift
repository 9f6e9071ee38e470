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
    let lines = AnswerLines()
    let preparing = PreparingTarget(reporter)
    defer { preparing.end() }
    while let request = try requests.next() {
      var end = AnswerEnd()
      do {
        guard try await answer(request, reporter, preparing, lines.add) else { continue }
      } catch let error as CancellationError {
        throw error
      } catch {
        end = AnswerEnd(error)
      }
      try lines.add(end.line)
      try lines.flush()
    }
  }

  /// Returns whether the answer has come to its end.
  private func answer(
    _ request: TargetRequest, _ reporter: Reporter, _ preparing: PreparingTarget,
    _ write: @escaping ([UInt8]) throws -> Void
  ) async throws -> Bool {
    switch request {
    case .look(let request): try await look(request) { try write($0.line) }
    case .probe(let request): try request.answer { try write($0.line) }
    case .digest(let request): try request.answer { try write($0.line) }
    case .units(let request): try request.answer { try write($0.line) }
    case .list(let request): try request.answer { try write($0.line) }
    case .remember(let request): try request.answer()
    case .compare(let request): try request.answer { try write($0.line) }
    case .verify(let request): try request.answer { try write($0.line) }
    case .blocks(let request): try request.answer(write)
    case .received(let request): try preparing.answer(request, write)
    case .receivedBlocks(let request): try preparing.answer(request, write)
    case .removeReceived(let request): try request.answer(reporter)
    case .accounts(let request):
      try write(try await Accounts(of: request, listsAll: false).line)
    case .plans(let requests): try preparing.begin(requests) { try? write($0.line) }
    case .frames(let bytes): return try preparing.receive(bytes)
    // A commit goes on though nobody listens any more.
    case .commit: return try preparing.commit { try? write($0.line) }
    }
    return true
  }

  private func look(
    _ request: LookRequest, _ answer: @escaping (LookReply) throws -> Void
  ) async throws {
    var survey = try await MachineSurvey(of: request.folders.map(\.path))
    try survey.findSnapsAndStates(asked: request.snapshots)
    survey.findReceived()
    try answer(.survey(survey))
    for (index, folder) in request.folders.enumerated() {
      guard let found = survey[folder.path], found.problem == nil else { return }
      let view = try FolderView(folder.path, asked: request.snapshots)
      try FolderLook(folder, view, answer: answer).run(index: index)
    }
  }
}
