import SystemPackage

/// Finds the rules of all directories that take part in a sync, for a transfer that compares in
/// full.
///
/// rsync would read them on each side from that side's files, and the target has its own: as rules
/// of the whole folder they are the source's on both.
package enum DirectoryRulesSearch {
  /// In the order of precedence: those of a directory before those of the directories above it.
  package static func rules(
    below reader: DirectoryRulesReader, _ list: FilterList
  ) throws -> [FilterRule] {
    let filter = Filter(list) { try reader.file(of: $0) }
    var found: [(depth: Int, rules: [FilterRule])] = []
    var waiting: [FilePath] = [""]
    while let directory = waiting.popLast() {
      let depth = directory.components.count
      let own = try filter.rules(of: directory)
      if !own.isEmpty { found.append((depth, own)) }
      for child in try reader.directories(in: directory)
      where try filter.verdict(of: child, isDirectory: true).isIncluded {
        waiting.append(child)
      }
    }
    return found.sorted { $0.depth > $1.depth }.flatMap(\.rules)
  }
}
