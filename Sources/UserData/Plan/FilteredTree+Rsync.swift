import FileTrees
import PCSCore
import SyncFilter
package import SystemPackage

extension FilteredTree {
  /// Whether rsync's rules cannot say what takes part: a path is too long for it, or files belong
  /// together that the rules judge apart.
  package func exceedsRsync(as folder: FilePath) throws -> Bool {
    var hasRules = hasUserRules
    do {
      try tree.walk("") { path, _ in
        if PathLimit.isExceeded(by: path, in: folder) { throw Found() }
        hasRules = hasRules || path.isRuleFile
      }
      // The shipped rules judge no file apart from the one that it belongs to.
      guard hasRules else { return false }
      try tree.walk("") { path, isDirectory in
        if !isDirectory, try splits(path) { throw Found() }
      }
      return false
    } catch is Found {
      return true
    }
  }

  /// Whether the rules alone judge a file, or one that may lie beside it on the target, not as the
  /// one that it belongs to.
  private func splits(_ path: FilePath) throws -> Bool {
    let own = try judges(path)
    if try includes(path, false) != own { return true }
    return try SQLiteFiles.companions(of: path).contains { try judges($0) != own }
      && units.isDatabase(path)
  }

  private struct Found: Error {}
}
