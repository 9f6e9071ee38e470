import FoundationEssentials
package import PCSCore
import SystemPackage

/// What we must know of a target before anything of ours runs there.
package struct TargetFacts: Codable, Sendable, Equatable {
  package var hostname: String
  package var machineID: String
  /// The number of the user who logs in; root needs no sudo.
  package var userID: Int
  package var userName: String
  /// What the login shell prints by itself before a command; nil when it prints nothing.
  package var greeting: String?
  /// The file that makes the login shell print it, as far as the shell tells.
  package var startFile: String?
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
    hostname: String, machineID: String, userID: Int, userName: String = "",
    version: String? = nil, installation: String? = nil, isDamaged: Bool = false
  ) {
    self.hostname = hostname
    self.machineID = machineID
    self.userID = userID
    self.userName = userName
    self.version = version
    self.installation = installation
    self.isDamaged = isDamaged
  }

  /// Asks over `sh -s`; `report` is told for whom we wait.
  ///
  /// The machine id is read by its owner's word alone; an id that is missing is an error, since it
  /// is what machines go by.
  package init(
    of master: ControlMaster, report: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws {
    let asked = Timestamp.now
    let answer = try await RemoteScript(Self.script, for: "a look around there")
      .run(over: master, report: report)
    guard answer.status == .exited(0), let facts = TargetFacts(lines: answer.lines) else {
      throw RemoteError(target: master.target.text, what: "cannot look around there")
    }
    self = facts
    clockDifference = answer.lines.first { $0.hasPrefix("clock ") }
      .flatMap { Int64($0.dropFirst("clock ".count)) }
      .map { Int($0 - asked.milliseconds / 1000) }
    if !answer.greeting.isEmpty { greeting = String(answer.greeting.prefix(200)) }
  }

  private static var script: String {
    let leash = ShellWord.quote(Self.leash)
    let versions = ShellWord.quote(Places.prefix.appending("lib/pc-switcher").string)
    return """
      echo "clock $(date +%s)"; echo "host $(uname -n)"; echo "machine $(cat /etc/machine-id)"
      echo "user $(id -u) $(id -un)"; echo "shell $SHELL"
      if version=$(\(leash) --version 2>/dev/null); then echo "version ${version##* }"; fi
      cd \(versions) 2>/dev/null && if build=$(readlink current); then
        echo "installation $build"
        (\(TargetInstallation.isIntact)) >/dev/null 2>&1 || echo damaged
      fi
      sha256sum "${XDG_CONFIG_HOME:-$HOME/.config}/pc-switcher/config.yaml" 2>/dev/null |
        sed 's/^/digest /'
      """
  }

  /// Reads what the script printed; nil when a fact is missing that every machine has.
  init?(lines: [String]) {
    let facts = lines.map { $0.split(separator: " ").map(String.init) }
    func value(_ name: String, _ index: Int = 1) -> String? {
      facts.first { $0.first == name && $0.count > index }?[index]
    }
    guard let hostname = value("host"), let machineID = value("machine"),
      let userID = value("user").flatMap({ Int($0) })
    else { return nil }
    self.init(
      hostname: hostname, machineID: machineID, userID: userID, userName: value("user", 2) ?? "",
      version: value("version"), installation: value("installation"))
    isDamaged = facts.contains(["damaged"]) || (installation != nil && version == nil)
    configurationDigest = value("digest")
    startFile = LoginShell.startFile(of: value("shell") ?? "")
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
