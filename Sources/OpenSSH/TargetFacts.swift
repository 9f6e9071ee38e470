import FoundationEssentials
import PCSCore
import SystemPackage

/// What we must know of a target before anything of ours runs there.
package struct TargetFacts: Codable, Sendable, Equatable {
  package var hostname: String
  package var machineID: String
  /// The number of the user who logs in; root needs no sudo.
  package var userID: Int
  /// nil when pc-switcher is not installed in our prefix there.
  package var version: String?
  /// The SHA-256 of the login user's configuration; nil when there is none that can be read.
  package var configurationDigest: String?

  /// Asks over `sh -s`, the only thing that is sure to be there.
  ///
  /// The machine id is read by its owner's word alone; an id that is missing is an error, since it
  /// is what machines go by.
  package init(of master: ControlMaster) async throws {
    let leash = ShellWord.quote(Self.leash)
    let script = """
      uname -n; cat /etc/machine-id; id -u
      if [ -x \(leash) ]; then echo "version $(\(leash) --version)"; fi
      sha256sum "${XDG_CONFIG_HOME:-$HOME/.config}/pc-switcher/config.yaml" 2>/dev/null |
        sed 's/^/digest /'
      """
    let (status, output, error) = try await master.ssh("exec sh -s")
      .capture(input: .bytes(Array(script.utf8)))
    let lines = output.split(separator: UInt8(ascii: "\n"))
      .map { String(decoding: $0, as: UTF8.self) }
    guard status == .exited(0), lines.count >= 3, let userID = Int(lines[2]) else {
      let said = String(decoding: error, as: UTF8.self).split(separator: "\n").last
      throw RemoteError(
        target: master.target.text, what: "cannot look around there: \(said ?? "no answer")")
    }
    hostname = lines[0]
    machineID = lines[1]
    self.userID = userID
    let facts = lines.dropFirst(3).map { $0.split(separator: " ").map(String.init) }
    version = facts.first { $0.first == "version" }?.last
    configurationDigest = facts.first { $0.first == "digest" && $0.count > 1 }?[1]
  }

  /// Where `pcs-leash` is on the target: in the prefix of the running tool.
  package static var leash: String { Places.prefix.appending("bin/pcs-leash").string }
}
