import FileTrees
package import SystemPackage

/// All rules for one folder but those of its directories.
///
/// The first that fits decides, in this order:
///
/// 1. what belongs to this machine, what a sync keeps for itself, subvolumes and mounts, revisions of
///    snaps that the target does not run, state databases that cannot be merged;
/// 2. here come the rules of directories, those of the deepest directory first;
/// 3. the entries of `exclude`, the filter file;
/// 4. the shipped defaults.
package struct FilterList: Sendable, Equatable {
  package let folder: FilePath
  /// The subvolumes, mounts, revisions of snaps and state databases below the folder that are left on
  /// both machines, relative to it.
  package let boundaries: [FilePath]
  package let first: [FilterRule]
  package let last: [FilterRule]

  /// `exceptions` are what lies below the folder and is not to be entered on either machine,
  /// relative to it; `snaps` are the revisions of snaps that are left, `states` the state databases.
  package init(
    folder: FilePath, exceptions: [FilePath], snaps: [FilePath] = [], states: [FilePath] = [],
    user: UserRules
  ) {
    self.folder = folder
    boundaries = exceptions + snaps + states
    first =
      MachineRules.rules(for: folder) + [.exclude("/.pcs-commit-*", .stage)]
      + exceptions.map { exception in
        FilterRule(isExclude: true, pattern: FilterPattern(only: exception), origin: .boundary)
      }
      + snaps.map { revision in
        FilterRule(isExclude: true, pattern: FilterPattern(only: revision), origin: .snap)
      }
      + states.map { database in
        FilterRule(isExclude: true, pattern: FilterPattern(only: database), origin: .state)
      }
    last = user.rules(for: folder) + ShippedRules.rules
  }

  /// Changes whenever a rule does that is neither a directory's nor about a boundary.
  package var digest: String {
    let rules = (first + last).filter { ![.boundary, .snap, .state].contains($0.origin) }
    let texts = rules.map(\.text).map { Array("\($0.count):".utf8) + $0 }
    return ContentDigest(of: Array(texts.joined())).hexadecimal
  }
}
