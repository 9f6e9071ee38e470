package import PCSCore
import SyncFilter
package import SystemPackage

/// Which version of a path counts that changed on both machines.
package enum Preference: String, Codable, Sendable, CaseIterable {
  case source, target, newer, stop
}

/// An entry of `on_conflict`.
package struct ConflictRule: Sendable, Equatable {
  /// As a filter rule has it: without a slash in it, it fits any component of that name.
  package let pattern: String
  package let use: Preference
  /// Whether the version that loses is kept beside the other.
  package let keepsLoser: Bool

  package init(pattern: String, use: Preference, keepsLoser: Bool = true) {
    self.pattern = pattern
    self.use = use
    self.keepsLoser = keepsLoser
  }
}

/// The rules for conflicts, in the order in which the first that fits decides.
package struct ConflictRules: Sendable, Equatable {
  private let rules: [(rule: ConflictRule, pattern: FilterPattern)]

  /// What the user wrote, then the shipped rules, then `last` for everything else.
  package init(user: [ConflictRule], last: Preference) {
    let all = user + Self.shipped + [ConflictRule(pattern: "**", use: last)]
    rules = all.map { ($0, FilterPattern($0.pattern.utf8)) }
  }

  /// The rules of a configuration; where the last fits everything, `preference` takes its place.
  package init(_ entries: [JSON], preference: Preference?) {
    var user = entries.compactMap { entry -> ConflictRule? in
      guard let pattern = entry["path"]?.string,
        let use = entry["use"]?.string.flatMap(Preference.init(rawValue:))
      else { return nil }
      return ConflictRule(pattern: pattern, use: use)
    }
    var last = Preference.stop
    if let rule = user.last, rule.pattern == "**" {
      last = rule.use
      user.removeLast()
    }
    self.init(user: user, last: preference ?? last)
  }

  /// The rule for a path of the folder: the first that fits it or a directory around it.
  package func rule(for path: FilePath, isDirectory: Bool) -> ConflictRule {
    for (rule, pattern) in rules where Self.fits(pattern, path, isDirectory) { return rule }
    // No pattern fits the folder itself.
    return rules.last?.rule ?? ConflictRule(pattern: "**", use: .stop)
  }

  private static func fits(_ pattern: FilterPattern, _ path: FilePath, _ isDirectory: Bool) -> Bool
  {
    if pattern.matches(path.bytes, isDirectory: isDirectory) { return true }
    var around = path
    while around.removeLastComponent(), !around.isEmpty {
      if pattern.matches(around.bytes, isDirectory: true) { return true }
    }
    return false
  }

  package static func == (left: ConflictRules, right: ConflictRules) -> Bool {
    left.rules.map(\.rule) == right.rules.map(\.rule)
  }

  /// State of a session that every desktop writes all the time and nobody writes by hand; what is
  /// overwritten stays in the target's pre-sync snapshot, and what people would miss stays beside.
  package static let shipped: [ConflictRule] = missed + session

  private static let missed = [
    ".mozilla/**/places.sqlite", ".mozilla/**/logins.json", ".mozilla/**/key4.db",
    ".config/*/*/Bookmarks", ".config/*/*/Login Data",
  ].map { ConflictRule(pattern: $0, use: .source) }

  /// Whether a file is state of a session, by the shipped rules.
  static func isSessionState(_ path: FilePath) -> Bool {
    sessionPatterns.contains { fits($0, path, false) }
  }

  private static let sessionPatterns = session.map { FilterPattern($0.pattern.utf8) }

  private static let session = [
    ".bash_history", ".zsh_history", ".python_history", ".node_repl_history", ".sqlite_history",
    ".psql_history", ".lesshst", ".viminfo", ".wget-hsts", ".local/share/fish/fish_history",
    ".local/share/recently-used.xbel*", ".xsession-errors*", ".Xauthority", ".ICEauthority",
    ".config/dconf", ".config/pulse", ".config/ibus/bus", ".config/gtk-*/bookmarks",
    ".local/state", ".local/share/gvfs-metadata", ".local/share/tracker*",
    ".local/share/zeitgeist", ".local/share/gnome-shell/application_state", ".cache",
    ".gnupg/random_seed", ".mozilla", ".config/google-chrome*", ".config/chromium",
    ".config/BraveSoftware", ".config/microsoft-edge*", ".config/vivaldi*", ".config/opera*",
    ".config/*/User/globalStorage", ".config/*/User/workspaceStorage",
    "config/*/User/globalStorage", "config/*/User/workspaceStorage",
    ".config/*/User/profiles/*/globalStorage", ".vscode-shared/sharedStorage",
  ].map { ConflictRule(pattern: $0, use: .source, keepsLoser: false) }
}
