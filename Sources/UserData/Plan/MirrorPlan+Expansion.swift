import FileTrees
import SystemPackage

extension MirrorPlan {
  /// Takes every entry of the trees as a setting of its own; of a file with several names the others
  /// are linked to one.
  package mutating func expandTrees(_ now: FilteredTree) throws {
    var first: [UInt64: Setting] = [:]
    for tree in trees {
      settings.append(Setting(path: tree.path, entry: tree.entry, hasContent: false))
      try now.walk(below: tree.path) { path, entry in
        var setting = Setting(path: path, entry: entry, hasContent: entry.kind == .file)
        if entry.kind != .directory, entry.links > 1 {
          setting.linkedTo = first[entry.inode]?.path
          if setting.linkedTo == nil {
            first[entry.inode] = setting
          } else {
            setting.hasContent = false
          }
        }
        settings.append(setting)
      }
    }
    trees = []
    settings.sort { FilePath.isBefore($0.path, $1.path) }
  }
}
