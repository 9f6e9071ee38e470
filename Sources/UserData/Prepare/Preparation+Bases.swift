import Btrfs
import FileTrees
import PCSCore
import SystemPackage

extension Preparation {
  /// Finds out which files are here as they are in the source's base: a new version of any other is
  /// sent whole.
  ///
  /// The source takes a file for untouched when neither its own comparison since the base nor ours
  /// names it. That is not believed alone: size and time have to be the same as in the source's base,
  /// and so has the content where no sync has sent or read it.
  func findBases() throws {
    for (folder, request) in requests.enumerated() {
      for setting in request.plan.settings where setting.hasContent {
        guard let base = setting.base else { continue }
        let path = folders[folder].place.pushing(setting.path)
        if try holds(base, at: path) {
          bases.insert(path)
        } else {
          wanted.append((folder, setting.path))
        }
      }
    }
  }

  private func holds(_ base: MirrorPlan.Base, at path: FilePath) throws -> Bool {
    guard let handle = try desired.handleBefore(path) else { return false }
    let entry = try handle.read()
    guard entry.kind == .file, entry.links == 1, entry.size == base.size,
      entry.attributes.modified == base.modified
    else { return false }
    guard let digest = base.digest else { return true }
    do { return try ContentDigest(of: handle) == digest } catch is FileError {
      // What cannot be read is replaced.
      return false
    }
  }

  /// Gives the file that has just begun the content that it had before.
  func takeBase() throws {
    guard let file, bases.contains(file.path), let base = try desired.handleBefore(file.path) else {
      throw WireError()
    }
    try file.begin(with: base)
  }
}
