package import SystemPackage

/// All rules for one folder but those of its directories.
///
/// The first that fits decides, in this order:
///
/// 1. what belongs to this machine, what a sync keeps for itself, subvolumes and mounts;
/// 2. here come the rules of directories, those of the deepest directory first;
/// 3. the entries of `exclude`, the filter file;
/// 4. the shipped defaults.
package struct FilterList: Sendable, Equatable {
  package let folder: FilePath
  /// The subvolumes and mounts below the folder on either machine, relative to it.
  package let boundaries: [FilePath]
  package let first: [FilterRule]
  package let last: [FilterRule]

  /// `exceptions` are what lies below the folder and is not to be entered on either machine,
  /// relative to it.
  package init(folder: FilePath, exceptions: [FilePath], user: UserRules) {
    self.folder = folder
    boundaries = exceptions
    first =
      MachineRules.rules(for: folder) + [.exclude("/.pcs-commit-*", .stage)]
      + exceptions.map { exception in
        FilterRule(isExclude: true, pattern: FilterPattern(only: exception), origin: .boundary)
      }
    last = user.rules(for: folder) + ShippedRules.rules
  }

  /// The list with the rules of directories, as rules that both sides of a transfer read alike.
  package func rules(ofDirectories rules: [FilterRule] = []) -> [FilterRule] {
    first + rules + last
  }

  /// Changes whenever a rule does that is neither a directory's nor a boundary.
  package var digest: String {
    let rules = (first + last).filter { $0.origin != .boundary }
    let texts = rules.map(\.text).map { Array("\($0.count):".utf8) + $0 }
    return ContentDigest(of: Array(texts.joined())).hexadecimal
  }
}
