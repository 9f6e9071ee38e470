import Btrfs
package import FileTrees
package import LiveCommit
import PCSCore
package import SystemPackage

extension CommitRecord {
  /// Whether the commit put something at a path of the subvolume.
  package func hasWritten(_ path: FilePath) -> Bool {
    switch entry(at: path) {
    case .there?, .filled?: return true
    case .deleted?: return false
    case nil: break
    }
    guard case .filled(_, _, let files)? = entry(at: path.removingLastComponent()),
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
    var written: [UInt64: FileTime] = [:]
    var filled: [UInt64: FilledFiles] = [:]
    for entry in entries.values {
      switch entry {
      case .there(let inode, let changed): written[inode] = changed
      case .filled(let inode, let changed, let files):
        written[inode] = changed
        filled[inode] = files
      case .deleted: break
      }
    }
    return try !RecentInodes.exist(in: after, after: moment) { inode in
      let changed = FileTime(seconds: inode.seconds, nanoseconds: inode.nanoseconds)
      guard let directory = inode.directory else { return written[inode.number] == changed }
      return filled[directory]?.contains(inode: inode.number, changed: changed) == true
    }
  }

  /// What the commit put into a folder of a subvolume and somebody else has taken away: where it was
  /// new no comparison shows that.
  func missing(in tree: EntryTree, inside: FilePath) throws -> [FolderChange] {
    try entries.flatMap { bytes, entry -> [FolderChange] in
      let path = FilePath(bytes: bytes)
      guard entry != .deleted, let place = path.relative(to: inside) else { return [] }
      guard try tree.handle(at: path) != nil else {
        return [FolderChange(.deleted, place, isDirectory: false)]
      }
      guard case .filled(_, _, let files) = entry, let directory = try tree.directory(at: path)
      else { return [] }
      let present = Set(try directory.entries().map(\.bytes))
      return files.names.split(separator: 0).filter { !present.contains(Array($0)) }.map {
        FolderChange(.deleted, place.pushing(FilePath(bytes: Array($0))), isDirectory: false)
      }
    }
  }
}
