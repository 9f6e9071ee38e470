import Glibc
import PCSCore
import SystemPackage

/// Finds out why ssh could not log in, from what it does and not from what it prints.
///
/// It connects once more without any way to log in, and lets ssh write down the host key: if there
/// is none, the host was not reached.
struct LoginProbe {
  let target: HostArgument
  /// A file of our own for the host key.
  let scratch: FilePath

  struct Finding: Sendable, Equatable {
    let failure: LoginFailure
    /// The name under which known hosts list the target.
    let name: String
  }

  func run() async throws -> Finding {
    let (_, output, _) = try await ChildProcess("ssh", ["-G", "--", target.text]).capture()
    let text = String(decoding: output, as: UTF8.self)
    guard let configuration = HostConfiguration(output: text) else {
      return Finding(failure: .unreachable, name: target.text)
    }
    var known: [HostKey] = []
    for file in configuration.knownHosts {
      let (_, found, _) = try await ChildProcess(
        "ssh-keygen", ["-F", configuration.name, "-f", file.string]
      ).capture()
      known += HostKey.keys(in: String(decoding: found, as: UTF8.self))
    }
    let failure = LoginFailure(
      offered: try await offeredKey(known), known: known, configuration)
    return Finding(failure: failure, name: configuration.name)
  }

  private func offeredKey(_ known: [HostKey]) async throws -> HostKey? {
    unlinkScratch()
    defer { unlinkScratch() }
    var options = [
      "UserKnownHostsFile=\(scratch)", "GlobalKnownHostsFile=none", "StrictHostKeyChecking=no",
      "HashKnownHosts=no", "UpdateHostKeys=no", "ControlMaster=no", "ControlPath=none",
      "BatchMode=yes", "PubkeyAuthentication=no", "PasswordAuthentication=no",
      "KbdInteractiveAuthentication=no", "HostbasedAuthentication=no", "GSSAPIAuthentication=no",
      "ConnectTimeout=5", "ClearAllForwardings=yes", "RemoteCommand=none", "RequestTTY=no",
      "PermitLocalCommand=no", "LogLevel=QUIET",
    ]
    let algorithms = known.flatMap(\.algorithms)
    // The server has a key of each kind; the one that is known must be asked for.
    if !algorithms.isEmpty {
      options.append("HostKeyAlgorithms=^" + algorithms.joined(separator: ","))
    }
    // Where no login is needed (Tailscale), `true` ends at once.
    let ssh = ChildProcess("ssh", options.flatMap { ["-o", $0] } + ["--", target.text, "true"])
    _ = try await Vigil(.usual).guarding("the host key", of: target.text) {
      try await ssh.capture()
    }
    let content = (try? FileContent.read(scratch)) ?? []
    return HostKey.keys(in: String(decoding: content, as: UTF8.self)).first
  }

  private func unlinkScratch() {
    _ = scratch.withPlatformString { unlink($0) }
  }
}
