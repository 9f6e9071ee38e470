import Btrfs
import FileTrees
import PCSCore
import SystemPackage

/// The files that are here as they are in the source's base, and those that are not, of which a new
/// version is sent whole.
///
/// The source takes a file for untouched when neither its own comparison since the base nor ours
/// names it. That is not believed alone: size and time have to be the same as in the source's base,
/// and so has the content where no sync has sent or read it.
struct FoundBases {
  private(set) var held: Set<FilePath> = []
  private(set) var missing: [FilePath] = []
  private let desired: PreparedTree

  init(_ folders: [PlannedFolder], _ desired: PreparedTree) throws {
    self.desired = desired
    for folder in folders {
      for setting in folder.changes.settings where setting.hasContent {
        guard let base = setting.base else { continue }
        let path = folder.place.pushing(setting.path)
        if try holds(base, at: path) { held.insert(path) } else { missing.append(path) }
      }
    }
  }

  private func holds(_ base: FolderChanges.Base, at path: FilePath) throws -> Bool {
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
}
