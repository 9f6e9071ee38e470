import FileTrees
package import SystemPackage

extension MirrorPlan {
  /// Sends all of the content of files.
  ///
  /// Of names that are one file one gets it, and the others are linked to that.
  package mutating func sendWhole(_ paths: [FilePath]) {
    let wanted = Set(paths)
    var firsts: [FilePath: FilePath] = [:]
    for index in settings.indices where wanted.contains(settings[index].path) {
      let setting = settings[index]
      if let first = setting.linkedTo {
        if wanted.contains(first) { continue }
        if let other = firsts[first] {
          settings[index].linkedTo = other
          continue
        }
        firsts[first] = setting.path
        settings[index].linkedTo = nil
      }
      settings[index].base = nil
      written[setting.path] = nil
      settings[index].hasContent = setting.entry.kind == .file
    }
  }
}
