import PCSCore
package import SystemPackage

/// All rules for the transfer of one folder, in the order in which the first that fits decides.
package struct FilterList: Sendable, Equatable {
  package let rules: [FilterRule]

  /// `exceptions` are what lies below the folder and is not to be entered on either machine,
  /// relative to it.
  package init(folder: FilePath, exceptions: [FilePath], user: [FilterRule]) {
    let ours = [FilterRule.exclude("/" + StageDirectory.name)]
    rules =
      MachineRules.rules(for: folder) + ours + exceptions.map { .exclude(only: $0) } + user
      + ShippedRules.rules
  }

  package var options: [[UInt8]] { rules.map(\.option) }

  /// What the user wrote: the entries of `exclude`, then the filter file.
  package static func user(_ settings: UserDataSettings) throws -> [FilterRule] {
    let entries = settings.exclude.map { FilterRule(entry: $0) }
    guard let path = settings.filterFile else { return entries }
    return entries + (try FilterFile.rules(in: FileContent.read(path), of: path))
  }
}
