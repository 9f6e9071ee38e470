import ArgumentParser
import Glibc
import OpenSSH
import PCSCore
import PCSTool
import SystemPackage

struct Connect: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "connect", "Open a connection that the other verbs share.")

  @OptionGroup var common: CommonOptions
  @Flag(help: "Keep it until standard input ends.") var hold = false
  @Flag(help: ArgumentHelp("Let ssh ask on the terminal.", visibility: .hidden)) var ask = false
  @Argument(help: "An ssh host or alias.") var target: String

  func run(_ reporter: Reporter) async throws {
    let host = try HostArgument(target)
    let socket = try OpenConnection.socketPath(
      for: host, session: hold ? reporter.sessionID : nil)
    let master = try ControlMaster(target: host, socket: socket)
    reporter.emit(.connection(Connection(target: target, state: .connecting)))
    do {
      if try await !master.isAlive {
        _ = socket.withPlatformString { unlink($0) }
        try await master.start(
          mayAsk: ask || isatty(STDERR_FILENO) == 1, report: { reporter.log(.info, $0) })
      }
      let facts = try await TargetFacts(of: master, report: { reporter.log(.info, $0) })
      let connection = OpenConnection(master: master, facts: facts)
      try connection.save()
      if let greeting = facts.greeting { report(greeting, facts, reporter) }
      reporter.emit(connection.line(.connected))
      if hold {
        // A Ctrl+C is for whoever holds us: they close our input when they are done.
        SignalShield.raise()
        try await keep(connection, reporter)
      }
    } catch {
      // In a task of its own, since ours may be cancelled already. There may be no master to stop.
      await Task { try? await master.stop() }.value
      reporter.emit(.connection(Connection(target: target, state: .error)))
      throw error
    }
  }

  private func report(_ greeting: String, _ facts: TargetFacts, _ reporter: Reporter) {
    reporter.log(
      .info,
      "\(facts.hostname): the login shell there prints '\(greeting)' before every command;"
        + " it is left out (see \(facts.startFile ?? "its start files") there)")
  }

  /// Keeps the connection until standard input ends, then closes it; fails when it is lost before.
  private func keep(_ connection: OpenConnection, _ reporter: Reporter) async throws {
    let outcome: Result<Void, any Error>
    do {
      try await withThrowingTaskGroup { group in
        group.addTask { try await StandardInput.waitForEnd() }
        group.addTask { try await connection.master.waitForEnd() }
        _ = try await group.next()
        group.cancelAll()
      }
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    // In a task of its own, since ours may be cancelled already.
    await Task { try? await connection.master.stop() }.value
    connection.forget()
    try outcome.get()
    reporter.emit(connection.line(.disconnected))
  }
}
