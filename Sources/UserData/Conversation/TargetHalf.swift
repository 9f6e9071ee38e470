import FoundationEssentials
package import PCSCore
import Synchronization
import SystemPackage

/// This module's own program on the target, which does there what the source decides.
package struct TargetHalf: Sendable {
  let context: ModuleContext
  let remote: RemoteExecutor

  package init(_ context: ModuleContext) throws {
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

  package func survey(_ request: SurveyRequest) async throws -> MachineSurvey {
    let lines = Collected<[UInt8]>()
    let text = Array(try JSON.encoder.encode(request))
    try await call(["survey"], .bytes(text)) { lines.add($0) }
    return try JSONDecoder().decode(MachineSurvey.self, from: Data(lines.all.joined()))
  }

  /// Runs one of its verbs there to its end.
  func call(
    _ words: [String], _ input: ChildProcess.Input,
    onLine: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws {
    let speaker = [
      "env", "PCS_MODULE=\(UserDataMemory.module)", "PCS_SESSION_ID=\(context.session.id)",
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
