import FoundationEssentials
import PCSCore
import Synchronization
import SystemPackage
import UserData

/// This module's own program on the target, which does there what the source decides.
struct TargetHalf: Sendable {
  let context: ModuleContext
  let remote: RemoteExecutor

  init(_ context: ModuleContext) throws {
    guard let remote = context.remote else {
      throw SyncError("user-data: no target to copy to", id: "module.target")
    }
    self.context = context
    self.remote = remote
  }

  /// Where it is installed there: in the prefix of the running tool.
  static var program: FilePath {
    Places.prefix.appending("libexec/pc-switcher/pcs-module-user-data")
  }

  func survey(_ folders: [FilePath]) async throws -> MachineSurvey {
    let lines = Collected<[UInt8]>()
    try await call(["survey"], PathList.text(folders)) { lines.add($0) }
    return try JSONDecoder().decode(MachineSurvey.self, from: Data(lines.all.joined()))
  }

  func look(_ request: LookRequest) async throws -> TargetView {
    let view = Mutex(TargetView())
    try await call(["look"], Array(try JSON.encoder.encode(request))) { line in
      try view.withLock { try $0.add(line: line) }
    }
    return view.withLock { $0 }
  }

  /// What the content of each file comes to; of live files without touching them.
  func digests(_ request: DigestRequest) async throws -> [ContentDigest] {
    let view = request.snapshots.isEmpty ? LiveView.words(request.folder) : []
    let lines = Collected<[UInt8]>()
    try await call(view + ["digest"], Array(try JSON.encoder.encode(request)), onLine: lines.add)
    return try request.digests(lines.all)
  }

  /// What changed there since the last sync of some paths of the live folder.
  func compare(_ request: CompareRequest) async throws -> [LookReply] {
    let lines = Collected<[UInt8]>()
    try await call(
      LiveView.words(request.folder) + ["compare"], Array(try JSON.encoder.encode(request)),
      onLine: lines.add)
    return try lines.all.map { try LookReply(line: $0) }
  }

  func stage(_ request: StageRequest) async throws -> [StageAnswer] {
    try await work("stage", try request.bytes)
  }

  /// Runs a verb whose events are the module's own, but for the answers that it has for us.
  private func work(_ verb: String, _ input: [UInt8]) async throws -> [StageAnswer] {
    let answers = Collected<StageAnswer>()
    let failure = Mutex<ErrorDescription?>(nil)
    let code = Mutex<Int32>(0)
    do {
      try await call([verb], input) { [context] line in
        let event = Event(line: line)
        if let event, let answer = StageAnswer(event) {
          answers.add(answer)
        } else if case .result(let result)? = event {
          failure.withLock { $0 = result.error }
          code.withLock { $0 = result.exitCode }
        } else {
          context.relay(line)
        }
      }
    } catch let error as RemoteCommandError {
      guard let failure = failure.withLock({ $0 }) else { throw error }
      throw SyncError(
        "\(context.session.targetHostname): \(failure.message)", id: failure.kind,
        hint: failure.hint, exitStatus: ExitStatus(rawValue: code.withLock { $0 }) ?? .failure)
    }
    return answers.all
  }

  private func call(
    _ words: [String], _ input: [UInt8], onLine: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws {
    let speaker = [
      "env", "PCS_MODULE=\(UserDataModule.name)", "PCS_SESSION_ID=\(context.session.id)",
    ]
    try await remote.stream(
      speaker + [Self.program.string] + words, sudo: true, input: input, onLine: onLine)
  }
}

/// What comes in line by line.
final class Collected<Element: Sendable>: Sendable {
  private let elements = Mutex<[Element]>([])

  var all: [Element] { elements.withLock { $0 } }

  func add(_ element: Element) { elements.withLock { $0.append(element) } }
}
