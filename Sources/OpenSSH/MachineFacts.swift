import FoundationEssentials
import PCSCore

/// What two machines must agree on, or what is in the way there, read with standard tools alone.
package struct MachineFacts: Sendable, Equatable {
  /// Seconds since 1970 by its clock.
  package var clock: Int64
  /// Who is logged in, as `who(1)` names them.
  package var logins: [String]
  /// Whether whoever asks may become root there.
  package var mayBecomeRoot: Bool
  /// The programs that are missing.
  package var missing: [String]

  package init(
    clock: Int64, logins: [String], mayBecomeRoot: Bool, missing: [String]
  ) {
    self.clock = clock
    self.logins = logins
    self.mayBecomeRoot = mayBecomeRoot
    self.missing = missing
  }

  /// Asks for all of it; works in any POSIX shell.
  package static var script: String {
    let leash = ShellWord.quote(TargetFacts.leash)
    return """
      echo "clock $(date +%s)"
      who | sed 's/^/login /'
      if [ "$(id -u)" = 0 ] || sudo -n \(leash) --version >/dev/null 2>&1 ||
        sudo -n true 2>/dev/null; then echo root; fi
      PATH=$PATH:/usr/sbin:/sbin command -v btrfs >/dev/null || echo "missing btrfs"
      echo end
      """
  }

  /// Reads what the script printed; nil when it did not come to its end.
  package init?(output: String) {
    let lines = output.split(separator: "\n").map(String.init)
    guard lines.last == "end" else { return nil }
    func values(_ kind: String) -> [String] {
      lines.filter { $0.hasPrefix(kind + " ") }.map { String($0.dropFirst(kind.count + 1)) }
    }
    guard let clock = values("clock").first.flatMap({ Int64($0) }) else { return nil }
    self.init(
      clock: clock, logins: values("login"), mayBecomeRoot: lines.contains("root"),
      missing: values("missing"))
  }

  /// Everything that keeps a sync to this machine from working.
  package var problems: [String] {
    let root =
      mayBecomeRoot
      ? [] : ["may not become root there: sudo -n works neither for pcs-leash nor for all"]
    return root + missing.map { "\($0) is not installed there" }
  }

  /// Everything that a sync from `source` works with, though a user should know of it.
  package func warnings(source: MachineFacts) -> [String] {
    var warnings: [String] = []
    let skew = abs(source.clock - clock)
    if skew > 60 { warnings.append("the clocks are \(skew) s apart") }
    let people = Set(logins.compactMap { $0.split(separator: " ").first }).sorted()
    if !people.isEmpty {
      warnings.append(
        "\(people.joined(separator: ", ")) is logged in there: what programs have open stays as"
          + " it is")
    }
    return warnings
  }
}
