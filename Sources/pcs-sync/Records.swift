import ArgumentParser
import PCSCore
import PCSTool

struct Status: PlainCommand {
  static let configuration = CommandConfiguration.verb(
    "status", "Say whether a sync runs here, and what the last one came to.")

  @OptionGroup var common: CommonOptions

  func runPlain() async throws {
    _ = try await Self.relay("pcs-lock", ["status"], common)
    let status = try await Self.relay("pcs-history", ["show", "--last"], common)
    if status != .exited(0) { throw ExitCode(status.code) }
  }

  /// Runs a tool with our streams and our choice of format.
  static func relay(
    _ tool: String, _ arguments: [String], _ common: CommonOptions
  ) async throws -> ChildProcess.Status {
    var child = ChildProcess(
      Places.tool(tool), arguments + ["--format", common.effectiveFormat.rawValue])
    child.isInteractive = true
    return try await child.relay()
  }
}

struct History: PlainCommand {
  static let configuration = CommandConfiguration.verb(
    "history", "List the syncs this machine remembers.")

  @OptionGroup var common: CommonOptions

  func runPlain() async throws {
    let status = try await Status.relay("pcs-history", ["show"], common)
    if status != .exited(0) { throw ExitCode(status.code) }
  }
}
