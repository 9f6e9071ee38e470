import FoundationEssentials
import PCSCore

/// What two machines must agree on, or what is in the way there, read with standard tools alone.
package struct MachineFacts: Sendable, Equatable {
  /// Seconds since 1970 by its clock.
  package var clock: Int64
  /// Who is logged in, as `who(1)` names them.
  package var logins: [String]
  /// The names of its users by their numbers.
  package var users: [Int: String]
  package var groups: [Int: String]
  /// Whether whoever asks may become root there.
  package var mayBecomeRoot: Bool
  /// The programs that are missing.
  package var missing: [String]

  package init(
    clock: Int64, logins: [String], users: [Int: String], groups: [Int: String],
    mayBecomeRoot: Bool, missing: [String]
  ) {
    self.clock = clock
    self.logins = logins
    self.users = users
    self.groups = groups
    self.mayBecomeRoot = mayBecomeRoot
    self.missing = missing
  }

  /// Asks for all of it; works in any POSIX shell.
  package static var script: String {
    let leash = ShellWord.quote(TargetFacts.leash)
    return """
      echo "clock $(date +%s)"
      who | sed 's/^/login /'
      getent passwd | sed 's/^/user /'
      getent group | sed 's/^/group /'
      if [ "$(id -u)" = 0 ] || sudo -n \(leash) --version >/dev/null 2>&1 ||
        sudo -n true 2>/dev/null; then echo root; fi
      for program in btrfs rsync; do
        PATH=$PATH:/usr/sbin:/sbin command -v $program >/dev/null || echo "missing $program"
      done
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
    func names(_ kind: String) -> [Int: String] {
      Dictionary(
        values(kind).compactMap { line in
          let fields = line.split(separator: ":", omittingEmptySubsequences: false)
          guard fields.count > 2, let number = Int(fields[2]) else { return nil }
          return (number, String(fields[0]))
        }
      ) { first, _ in first }
    }
    guard let clock = values("clock").first.flatMap({ Int64($0) }) else { return nil }
    self.init(
      clock: clock, logins: values("login"), users: names("user"), groups: names("group"),
      mayBecomeRoot: lines.contains("root"), missing: values("missing"))
  }

  /// What would keep a sync from `source` to `target` from working, or from being what is meant.
  ///
  /// Numbers below 1000 are the distribution's (`login.defs(5)`).
  package static func problems(source: MachineFacts, target: MachineFacts) -> [String] {
    var problems: [String] = []
    if !target.mayBecomeRoot {
      problems.append("may not become root there: sudo -n works neither for pcs-leash nor for all")
    }
    problems += target.missing.map { "\($0) is not installed there" }
    for (kind, here, there) in [
      ("user", source.users, target.users), ("group", source.groups, target.groups),
    ] {
      for number in here.keys.sorted() where number >= 1000 && number < 60000 {
        guard let mine = here[number], let theirs = there[number], mine != theirs else { continue }
        problems.append(
          "\(kind) \(number) is \(mine) here and \(theirs) there: files would change hands")
      }
    }
    let skew = source.clock - target.clock
    if abs(skew) > 5 { problems.append("the clocks are \(abs(skew)) s apart") }
    let people = Set(target.logins.compactMap { $0.split(separator: " ").first }).sorted()
    if !people.isEmpty {
      problems.append("\(people.joined(separator: ", ")) is logged in there: log out first")
    }
    return problems
  }
}
