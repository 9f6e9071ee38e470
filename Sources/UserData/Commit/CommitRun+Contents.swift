import Btrfs
import FileTrees
import Glibc
import PCSCore
import SystemPackage

extension CommitRun {
  /// Makes `name` like what is at a path of the desired tree; returns it open.
  func make(
    _ path: FilePath, _ entry: Entry, as name: FilePath, in directory: Directory
  ) throws -> EntryHandle {
    guard let inode = desired.prepared.inode(for: path) else {
      return try desired.make(path, entry, as: name, in: directory)
    }
    let content = PreparationDirectory.name(.content, of: path)
    let error = live.rename((preparation.directory, content), to: (directory, name), .onlyIfFree)
    guard error == nil, let made = try EntryHandle(name, in: directory),
      try made.changed().inode == inode
    else {
      throw FileError(
        directory.path.pushing(name), "cannot make", error ?? .noSuchFileOrDirectory)
    }
    return made
  }
}
