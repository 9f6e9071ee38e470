import FoundationEssentials
import PCSCore
import SystemPackage
import UserData

/// This module's own program on the target.
struct OtherMachine: Sendable {
  let remote: RemoteExecutor

  /// Where it is installed there: in the prefix of the running tool.
  static var program: FilePath {
    Places.prefix.appending("libexec/pc-switcher/pcs-module-user-data")
  }

  func survey(_ folders: [FilePath]) async throws -> MachineSurvey {
    let text = try await call("survey", folders)
    return try JSONDecoder().decode(MachineSurvey.self, from: Data(text.utf8))
  }

  func makeStages(_ paths: [FilePath]) async throws { _ = try await call("stage", paths) }

  func removeStages(_ paths: [FilePath]) async throws { _ = try await call("unstage", paths) }

  private func call(_ verb: String, _ paths: [FilePath]) async throws -> String {
    let result = try await remote.run(
      [Self.program.string, verb], sudo: true, input: PathList.text(paths))
    guard result.returncode == 0 else {
      throw RemoteCommandError(
        target: remote.target, command: "pcs-module-user-data \(verb)",
        status: result.returncode,
        complaint: result.stderr.split(separator: "\n").last.map(String.init) ?? "")
    }
    return result.stdout
  }
}
