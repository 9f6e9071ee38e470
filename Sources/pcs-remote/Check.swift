import ArgumentParser
import OpenSSH
import PCSCore
import PCSTool
import SystemPackage

struct Check: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "check",
    "Find what keeps a sync from working there, who is logged in, and how far clocks differ.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var connection: WhichConnection

  func run(_ reporter: Reporter) async throws {
    let connection = try connection.find()
    let (_, output, _) = try await ChildProcess("sh", ["-s"])
      .capture(input: .bytes(Array(MachineFacts.script.utf8)))
    let here = try facts(String(decoding: output, as: UTF8.self), Machine.hostname)
    let answer = try await RemoteScript(MachineFacts.script, for: "a look around there")
      .run(over: connection.master)
    let hostname = connection.facts.hostname
    let there = try facts(answer.lines.joined(separator: "\n"), hostname)
    for warning in there.warnings(source: here) {
      reporter.log(.warning, "\(hostname): \(warning)")
    }
    for problem in there.problems {
      reporter.emit(
        .validationError(ValidationError(module: "core", message: problem, hostname: hostname)))
    }
    guard !there.problems.isEmpty else { return }
    throw SyncError(
      "\(hostname): \(there.problems.count) problem(s) found", id: "remote.check",
      exitStatus: there.mayBecomeRoot ? .failure : .noPermission)
  }

  private func facts(_ output: String, _ name: String) throws -> MachineFacts {
    guard let facts = MachineFacts(output: output) else {
      throw RemoteError(target: name, what: "cannot look around there")
    }
    return facts
  }
}
