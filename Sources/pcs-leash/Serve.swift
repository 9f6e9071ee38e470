import ArgumentParser
import Glibc
import PCSCore
import PCSTool
import SystemPackage

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration.verb(
    "serve", "Hold the machine's lock for a session, and every leash of it.",
    discussion: "Ends, with everything that hangs on it, when standard input ends.")

  @OptionGroup var common: CommonOptions
  @Option(help: "source or target.") var role = SessionRecord.Role.source
  @Option(help: "The machine at the other end.") var peer: String?
  @Option(
    help: ArgumentHelp(
      "End also when standard input is silent for so long. (default for a target: 30s)",
      valueName: "duration"))
  var lease: DurationArgument?

  func run() throws {
    guard let session = common.session else {
      throw ArgumentParser.ValidationError("--session is missing")
    }
    let reporter = common.reporter(tool: "pcs-leash")
    do {
      try serve(session, reporter)
    } catch let error as any ToolError {
      ToolRun.end(reporter, error)
    }
    ToolRun.end(reporter, nil)
  }

  private func serve(_ session: String, _ reporter: Reporter) throws {
    let lock = try FileLock(Places.lock)
    if lock.isStale {
      reporter.log(
        .warning, "Found stale lock file from previous sync", ["path": .string(lock.path.string)])
    }
    let holder = LockHolder(
      pid: getpid(), sessionID: session, hostname: Machine.hostname, role: role.rawValue,
      peer: peer, command: CommandLine.arguments)
    try lock.write(holder)
    let lease = lease?.duration ?? (role == .target ? .seconds(30) : nil)
    var agent = try SessionAgent(session: session, lease: lease, lock: lock, reporter: reporter)
    reporter.emit(.lock(LockStatus(path: lock.path, state: .held, holder: holder)))
    do {
      try agent.serve()
    } catch {
      lock.release()
      throw error
    }
    lock.release()
  }
}
