import FileTrees
import LiveCommit
package import SystemPackage

extension MirrorPlan {
  /// Sends all of the content of files.
  ///
  /// Of names that are one file one gets it, and the others are linked to that.
  package mutating func sendWhole(_ paths: [FilePath]) {
    let wanted = Set(paths)
    var firsts: [FilePath: FilePath] = [:]
    for index in changes.settings.indices where wanted.contains(changes.settings[index].path) {
      let setting = changes.settings[index]
      if let first = setting.linkedTo {
        if wanted.contains(first) { continue }
        if let other = firsts[first] {
          changes.settings[index].linkedTo = other
          continue
        }
        firsts[first] = setting.path
        changes.settings[index].linkedTo = nil
      }
      changes.settings[index].base = nil
      written[setting.path] = nil
      changes.settings[index].hasContent = setting.entry.kind == .file
    }
  }
}
