import FoundationEssentials
package import PCSCore
import SystemPackage

/// What we must know of a target before anything of ours runs there.
package struct TargetFacts: Codable, Sendable, Equatable {
  package var hostname: String
  package var machineID: String
  /// The number of the user who logs in; root needs no sudo.
  package var userID: Int
  /// nil when pc-switcher is not installed in our prefix there, or does not run.
  package var version: String?
  /// The folder that is in use of `PREFIX/lib/pc-switcher`; nil when there is none.
  package var installation: String?
  /// Whether files of that folder are missing or differ from its manifest.
  package var isDamaged: Bool
  /// The SHA-256 of the login user's configuration; nil when there is none that can be read.
  package var configurationDigest: String?
  /// By how many seconds its clock is ahead of ours; nil when it does not tell.
  package var clockDifference: Int?

  init(
    hostname: String, machineID: String, userID: Int, version: String? = nil,
    installation: String? = nil, isDamaged: Bool = false
  ) {
    self.hostname = hostname
    self.machineID = machineID
    self.userID = userID
    self.version = version
    self.installation = installation
    self.isDamaged = isDamaged
  }

  /// Asks over `sh -s`, the only thing that is sure to be there.
  ///
  /// The machine id is read by its owner's word alone; an id that is missing is an error, since it
  /// is what machines go by.
  package init(of master: ControlMaster) async throws {
    let leash = ShellWord.quote(Self.leash)
    let versions = ShellWord.quote(Places.prefix.appending("lib/pc-switcher").string)
    let script = """
      uname -n; cat /etc/machine-id; id -u; echo "clock $(date +%s)"
      if version=$(\(leash) --version 2>/dev/null); then echo "version ${version##* }"; fi
      cd \(versions) 2>/dev/null && if build=$(readlink current); then
        echo "installation $build"
        (\(TargetInstallation.isIntact)) >/dev/null 2>&1 || echo damaged
      fi
      sha256sum "${XDG_CONFIG_HOME:-$HOME/.config}/pc-switcher/config.yaml" 2>/dev/null |
        sed 's/^/digest /'
      """
    let asked = Timestamp.now
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
    version = facts.first { $0.first == "version" && $0.count > 1 }?[1]
    installation = facts.first { $0.first == "installation" && $0.count > 1 }?[1]
    isDamaged = facts.contains(["damaged"]) || (installation != nil && version == nil)
    configurationDigest = facts.first { $0.first == "digest" && $0.count > 1 }?[1]
    clockDifference = facts.first { $0.first == "clock" && $0.count > 1 }.flatMap { Int64($0[1]) }
      .map { Int($0 - asked.milliseconds / 1000) }
  }

  /// How what is installed there compares with what runs here.
  package var comparison: Connection.Installation {
    if isDamaged { return .damaged }
    guard let version else { return .missing }
    let ours = Places.installation?.lastComponent?.string
    return version == Version.current && (ours == nil || ours == installation) ? .same : .other
  }

  /// Where `pcs-leash` is on the target: in the prefix of the running tool.
  package static var leash: String { Places.prefix.appending("bin/pcs-leash").string }
}
