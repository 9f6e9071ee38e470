import FoundationEssentials
import PCSCore
import SystemPackage
import UserData

/// This module's own verbs, run on a live folder of this machine so that nothing is touched in it,
/// not even a time of access.
enum LiveView {
  /// What comes before a verb of ours, after our own program.
  static func words(_ folder: FilePath) -> [String] {
    ["view", folder.string, TargetHalf.program.string]
  }

  static func compare(_ request: CompareRequest) async throws -> [LookReply] {
    let lines = try await run("compare", request.folder, JSON.encoder.encode(request))
    return try lines.map { try LookReply(line: $0) }
  }

  static func digests(_ request: DigestRequest) async throws -> [ContentDigest] {
    try request.digests(try await run("digest", request.folder, JSON.encoder.encode(request)))
  }

  private static func run(
    _ verb: String, _ folder: FilePath, _ input: Data
  ) async throws -> [[UInt8]] {
    let words = ["view", folder.string, Places.executable.string, verb]
    let child = ChildProcess(Places.executable, words)
    let (status, output, error) = try await child.capture(input: .bytes(Array(input)))
    guard status == .exited(0) else {
      throw SyncError("\(folder): \(String(decoding: error, as: UTF8.self))")
    }
    return output.split(separator: UInt8(ascii: "\n")).map { Array($0) }
  }
}
