import ArgumentParser
import OpenSSH
import PCSCore
import PCSTool

struct Hostname: StreamCommand {
  static let configuration = CommandConfiguration.verb("hostname", "Say the target's real name.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var connection: WhichConnection

  func run(_ reporter: Reporter) async throws {
    let connection = try connection.find()
    let facts = try await TargetFacts(of: connection.master)
    reporter.emit(OpenConnection(master: connection.master, facts: facts).line(.connected))
  }
}

struct Version: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "version", "Say which version of pc-switcher the target has.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var connection: WhichConnection

  func run(_ reporter: Reporter) async throws {
    var connection = try connection.find()
    connection.facts = try await TargetFacts(of: connection.master)
    try connection.save()
    reporter.emit(connection.line(.connected))
    if connection.facts.version == nil {
      reporter.log(.info, "pc-switcher is not installed on \(connection.facts.hostname)")
    }
  }
}

struct Status: StreamCommand {
  static let configuration = CommandConfiguration.verb("status", "Say whether we are connected.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var connection: WhichConnection

  func run(_ reporter: Reporter) async throws {
    let connection = try connection.find()
    let isAlive = try await connection.master.isAlive
    reporter.emit(connection.line(isAlive ? .connected : .disconnected))
    if !isAlive { throw SSHError.lost(connection.master.target.text) }
  }
}

struct Disconnect: StreamCommand {
  static let configuration = CommandConfiguration.verb("disconnect", "Close the connection.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var connection: WhichConnection

  func run(_ reporter: Reporter) async throws {
    let connection = try connection.find()
    try await connection.master.stop()
    connection.forget()
    reporter.emit(connection.line(.disconnected))
  }
}

struct Terminate: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "terminate", "End everything that a session runs on the target.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var connection: WhichConnection

  func run(_ reporter: Reporter) async throws {
    let end = ["pcs-leash", "end", "--session", reporter.sessionID]
    let process = RemoteProcess(
      connection: try connection.find(), command: end.map { Array($0.utf8) }, asRoot: true)
    let result = try await process.capture()
    // No agent means that nothing of the session runs there.
    guard result.returncode == 0 || result.returncode == ExitStatus.unavailable.rawValue else {
      throw SyncError(
        "\(process.connection.master.target.text): \(result.stderr)", id: "remote.terminate")
    }
  }
}
