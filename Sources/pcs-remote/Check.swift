import ArgumentParser
import OpenSSH
import PCSCore
import PCSTool
import SystemPackage

struct Check: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "check", "Compare users, groups and clocks with the target's, and look who is logged in there.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var connection: WhichConnection

  func run(_ reporter: Reporter) async throws {
    let connection = try connection.find()
    let here = try await facts(ChildProcess("sh", ["-s"]), Machine.hostname)
    let there = try await facts(
      connection.master.ssh("exec sh -s"), connection.facts.hostname)
    let problems = MachineFacts.problems(source: here, target: there)
    for problem in problems {
      reporter.emit(
        .validationError(
          ValidationError(module: "core", message: problem, hostname: connection.facts.hostname)))
    }
    if !problems.isEmpty {
      throw SyncError(
        "\(connection.facts.hostname): \(problems.count) problem(s) found", id: "remote.check")
    }
  }

  private func facts(_ shell: ChildProcess, _ name: String) async throws -> MachineFacts {
    let result = try await shell.capture(input: .bytes(Array(MachineFacts.script.utf8)))
    guard let facts = MachineFacts(output: String(decoding: result.output, as: UTF8.self)) else {
      throw RemoteError(target: name, what: "cannot look around there")
    }
    return facts
  }
}
