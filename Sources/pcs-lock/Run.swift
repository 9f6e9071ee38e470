import ArgumentParser
import Glibc
import PCSCore
import PCSTool
import SystemPackage

struct Run: PlainCommand {
  static let configuration = CommandConfiguration.verb(
    "run", "Become COMMAND while holding the lock, as flock(1) does.")

  @OptionGroup var place: LockPlace
  @Argument(parsing: .postTerminator, help: "The command and its arguments.")
  var command: [String]

  func validate() throws {
    if command.isEmpty { throw ArgumentParser.ValidationError("no command after --") }
  }

  func runPlain() async throws {
    let lock = try FileLock(place.path)
    let session =
      Places.environment("PCS_SESSION_ID").flatMap { SessionID.isValid($0) ? $0 : nil }
      ?? SessionID.make()
    try lock.write(
      LockHolder(
        pid: getpid(), sessionID: session, hostname: Machine.hostname,
        role: LockHolder.roleOfCommand,
        peer: nil,
        command: command))
    setenv("PCS_SESSION_ID", session, 1)
    try lock.keepAcrossExec()
    try exec(RawArguments.afterTerminator ?? [])
  }
}
