import FileTrees
import LiveCommit
import PCSCore
package import SystemPackage

/// Makes the names of one file one file on the target, too.
package struct LinkGroups {
  /// Every name that a file of the folder has here and that takes part, by its inode.
  private let names: (UInt64) throws -> [FilePath]

  package init(names: @escaping (UInt64) throws -> [FilePath]) {
    self.names = names
  }

  /// Of each file with several names one name gets the content, or has it already, and the others
  /// are linked to it.
  package func resolve(
    _ plan: inout MirrorPlan, touched: [FilePath: SourceChanges.Touch]
  ) throws {
    var groups: [UInt64: [FolderChanges.Setting]] = [:]
    for setting in plan.changes.settings where setting.entry.links > 1 && isNew(setting, touched) {
      groups[setting.entry.inode, default: []].append(setting)
    }
    guard !groups.isEmpty else { return }
    var settings = Dictionary(plan.changes.settings.map { ($0.path, $0) }) { _, last in last }
    let excluded = Set(plan.left)
    for (inode, group) in groups {
      let all = try names(inode).filter { name in
        !excluded.contains(name) && !name.selfAndAround.contains(where: plan.staying.contains)
      }
      resolve(group, names: all, touched, &settings)
    }
    plan.changes.settings = settings.values.sorted {
      $0.path.bytes.lexicographicallyPrecedes($1.path.bytes)
    }
  }

  /// Whether more than attributes may differ: those are the inode's, whatever its names are.
  private func isNew(
    _ setting: FolderChanges.Setting, _ touched: [FilePath: SourceChanges.Touch]
  ) -> Bool {
    switch setting.entry.kind {
    case .directory: false
    case .file: setting.hasContent
    default: touched[setting.path] != .attributes
    }
  }

  private func resolve(
    _ group: [FolderChanges.Setting], names: [FilePath],
    _ touched: [FilePath: SourceChanges.Touch],
    _ settings: inout [FilePath: FolderChanges.Setting]
  ) {
    guard var model = group.first else { return }
    let inOrder = names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    let changed = Set(group.map(\.path))
    let isOnlyLinked = group.allSatisfy { touched[$0.path] == .linked }
    if isOnlyLinked, let existing = inOrder.first(where: { !changed.contains($0) }) {
      for setting in group { settings[setting.path]?.link(to: existing) }
      return
    }
    guard let first = inOrder.first ?? group.first?.path else { return }
    model.path = first
    model.hasContent = model.entry.kind == .file
    settings[first] = model
    for name in Set(inOrder).union(changed) where name != first {
      var setting = model
      setting.path = name
      setting.link(to: first)
      settings[name] = setting
    }
  }
}

extension FolderChanges.Setting {
  fileprivate mutating func link(to first: FilePath) {
    linkedTo = first
    hasContent = false
  }
}
