import Btrfs
package import FileTrees
package import LiveCommit
import PCSCore
package import SystemPackage

extension CommitRecord {
  /// Whether the commit put something at a path of the subvolume.
  package func hasWritten(_ path: FilePath) throws -> Bool {
    switch try entry(at: path) {
    case .there?, .filled?: return true
    case .deleted?: return false
    case nil: break
    }
    guard case .filled(_, _, let files)? = try entry(at: path.removingLastComponent()),
      let name = path.lastComponent
    else { return false }
    return files.paths.contains(FilePath(root: nil, [name]))
  }

  /// Whether everything that was written to a subvolume between two snapshots of it is the commit's.
  ///
  /// It is found in the subvolume's tree, which takes a fraction of a comparison.
  package func isAll(between before: Directory, and after: Directory) throws -> Bool {
    let start = try Subvolume(at: before)
    let moment = RecentInodes.Moment(
      generation: start.generation, seconds: start.creation,
      nanoseconds: start.creationNanoseconds)
    let own = inodes()
    var failure: (any Error)?
    let exist = try RecentInodes.exist(in: after, after: moment) { inode in
      let changed = FileTime(seconds: inode.seconds, nanoseconds: inode.nanoseconds)
      do { return try own.isOwn(inode.number, changed, in: inode.directory) } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
    return !exist
  }

  /// What the commit put into a folder of a subvolume and somebody else has taken away: where it was
  /// new no comparison shows that.
  func missing(in tree: EntryTree, inside: FilePath) throws -> [FolderChange] {
    var missing: [FolderChange] = []
    try eachEntry { path, entry in
      guard entry != .deleted, let place = path.relative(to: inside) else { return }
      guard try tree.handle(at: path) != nil else {
        missing.append(FolderChange(.deleted, place, isDirectory: false))
        return
      }
      guard case .filled(_, _, let files) = entry, let directory = try tree.directory(at: path)
      else { return }
      let present = Set(try directory.entries().map(\.bytes))
      for name in files.names.split(separator: 0) where !present.contains(Array(name)) {
        let path = place.pushing(FilePath(bytes: Array(name)))
        missing.append(FolderChange(.deleted, path, isDirectory: false))
      }
    }
    return missing
  }
}
