import ArgumentParser
import Glibc
import OpenSSH
import PCSCore
import PCSTool

/// What `rsync --rsh='pcs-remote rsh'` wants: a command after a host, as `rsh(1)` has it.
///
/// The host is a formality, since the connection is open. Words before a first `--` are put before
/// the command.
struct RemoteShell: PlainCommand {
  static let configuration = CommandConfiguration(
    commandName: "rsh", abstract: "Run a command as root, in the way of rsh.",
    discussion: "For rsync: --rsh='pcs-remote rsh', with RSYNC_OLD_ARGS=2 in the environment.",
    shouldDisplay: false)

  @Argument(parsing: .captureForPassthrough) var words: [String] = []

  func runPlain() async throws {
    let remote = RemoteProcess(
      connection: try .find(target: nil, socket: nil),
      command: try Self.command(in: RawArguments.afterVerb), asRoot: true, passesInput: true)
    let outcome = await withSignalsCancelling { try await remote.relay() }
    if let signal = outcome.signal { die(of: signal) }
    Glibc.exit(try outcome.result.get())
  }

  private static func command(in words: [[UInt8]]) throws -> [[UInt8]] {
    let end = words.firstIndex(of: Array("--".utf8))
    let prefix = end.map { words[..<$0] } ?? []
    var rest = words[(end.map { $0 + 1 } ?? 0)...]
    if rest.first == Array("-l".utf8) { rest = rest.dropFirst(2) }
    let command = Array(prefix + rest.dropFirst())
    guard rest.count > 1 else { throw ArgumentParser.ValidationError("no command after the host") }
    return command
  }
}
