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
    let here = try await facts(ChildProcess("sh", ["-s"]), Machine.hostname)
    let there = try await facts(
      connection.master.ssh("exec sh -s"), connection.facts.hostname)
    let hostname = connection.facts.hostname
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

  private func facts(_ shell: ChildProcess, _ name: String) async throws -> MachineFacts {
    let result = try await shell.capture(input: .bytes(Array(MachineFacts.script.utf8)))
    guard let facts = MachineFacts(output: String(decoding: result.output, as: UTF8.self)) else {
      throw RemoteError(target: name, what: "cannot look around there")
    }
    return facts
  }
}
