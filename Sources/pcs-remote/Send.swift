import ArgumentParser
import OpenSSH
import PCSCore
import PCSTool
import SystemPackage

struct Send: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "send", "Copy a file to the target: written beside, checked, then renamed into place.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var connection: WhichConnection
  @Flag(help: "Write it as root.") var sudo = false
  @Option(help: ArgumentHelp("Permissions, in octal. (default: the file's own)", valueName: "mode"))
  var mode: FileMode?
  @Argument(help: "The file here.") var local: FilePath
  @Argument(help: "Where it goes there.") var remote: String

  func run(_ reporter: Reporter) async throws {
    let (digest, ownMode) = try await FileDigest.of(local)
    let descriptor = try FileDigest.open(local)
    let receive = [
      "pcs-remote", "receive", "--digest", digest, "--mode", (mode ?? ownMode).text, "--", remote,
    ]
    let open = try connection.find()
    let process = RemoteProcess(
      connection: open, command: receive.map { Array($0.utf8) }, asRoot: sudo)
    let result = try await process.capture(from: descriptor)
    guard result.returncode == 0 else {
      throw SyncError(
        "\(open.master.target.text): \(reason(result.stderr))", id: "remote.send",
        exitStatus: ExitStatus(rawValue: result.returncode) ?? .failure)
    }
    reporter.log(.full, "sent \(local) to \(remote)")
  }

  /// What the other half said last, which names the file itself.
  private func reason(_ said: String) -> String {
    guard let line = said.split(separator: "\n").last else { return "\(remote): cannot write" }
    let name = "pcs-remote: "
    return String(line.hasPrefix(name) ? line.dropFirst(name.count) : line)
  }
}
