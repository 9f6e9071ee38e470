/// What `rsync --version` says.
package struct RsyncBuild: Sendable, Equatable {
  package let version: [Int]
  /// What it must be able to do and cannot.
  package let missing: [String]

  package static let least = [3, 2, 3]
  /// Older ones have known holes (CVE-2024-12084 and the following).
  package static let recommended = [3, 4, 1]

  /// nil when `text` is not what rsync says.
  package init?(_ text: String) {
    let words = text.split { $0 == " " || $0 == "\n" }
    guard words.count > 2, words[0] == "rsync", words[1] == "version" else { return nil }
    version = words[2].drop { $0 == "v" }.split(separator: ".").map { part in
      Int(part.prefix { $0.isNumber }) ?? 0
    }
    let abilities = text.split { $0 == "," || $0 == "\n" }.map { ability in
      String(ability.drop { $0 == " " })
    }
    let wanted = ["ACLs", "xattrs", "hardlinks", "symlinks", "symtimes"]
    missing = wanted.filter { !abilities.contains($0) }
  }

  package var text: String { version.map(String.init).joined(separator: ".") }

  /// Why it cannot be used; nil when it can.
  package var problem: String? {
    if version.lexicographicallyPrecedes(Self.least) {
      return "rsync \(text) is too old: 3.2.3 is the oldest that keeps everything"
    }
    if !missing.isEmpty {
      return "rsync \(text) is built without \(missing.joined(separator: ", "))"
    }
    return nil
  }

  package var warning: String? {
    version.lexicographicallyPrecedes(Self.recommended)
      ? "rsync \(text) has known security holes: 3.4.1 or newer is better" : nil
  }
}
