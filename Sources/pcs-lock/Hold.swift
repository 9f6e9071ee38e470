import ArgumentParser
import Dispatch
import Glibc
import PCSCore
import PCSTool
import SystemPackage

struct Hold: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "hold", "Take the lock and keep it until standard input ends.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var place: LockPlace
  @Option(help: "source or target.") var role: SessionRecord.Role?
  @Option(help: "The machine at the other end.") var peer: String?

  func run(_ reporter: Reporter) async throws {
    let lock = try FileLock(place.path)
    if lock.isStale {
      reporter.log(
        .warning, "Found stale lock file from previous sync", ["path": .string(lock.path.string)])
    }
    let holder = LockHolder(
      pid: getpid(), sessionID: reporter.sessionID, hostname: Machine.hostname,
      role: role?.rawValue, peer: peer, command: CommandLine.arguments)
    try lock.write(holder)
    reporter.emit(.lock(LockStatus(path: lock.path, state: .held, holder: holder)))
    let path = lock.path
    do {
      try await StandardInput.waitForEnd()
    } catch {
      lock.release()
      throw error
    }
    lock.release()
    reporter.emit(.lock(LockStatus(path: path, state: .free, holder: nil)))
  }
}
