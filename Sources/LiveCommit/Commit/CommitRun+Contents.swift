import Btrfs
import FileTrees
import Glibc
import PCSCore
import SystemPackage

extension CommitRun {
  /// Makes `name` like what is at a path of the desired tree; returns it open.
  ///
  /// Returns nil for a further name of a file that cannot get one: somebody has changed that file, or
  /// it was left.
  func make(
    _ path: FilePath, _ entry: Entry, as name: FilePath, in directory: Directory
  ) throws -> EntryHandle? {
    guard let inode = desired.prepared.inode(for: path) else {
      return try desired.make(path, entry, as: name, in: directory)
    }
    let error = live.rename(
      (preparation.directory, content(of: path)), to: (directory, name), .onlyIfFree)
    if error == .noSuchFileOrDirectory, entry.links > 1 { return nil }
    guard error == nil, let made = try EntryHandle(name, in: directory),
      try made.changed().inode == inode
    else {
      throw FileError(
        directory.path.pushing(name), "cannot make", error ?? .noSuchFileOrDirectory)
    }
    return made
  }

  /// Removes what could not be put in place, or keeps it for the next name of the file.
  func unmake(_ name: FilePath, for path: FilePath) throws {
    if try takeBack(name, for: path) { return }
    let handle = try EntryHandle(name, in: preparation.directory)
    let entry = try handle?.read()
    try preparation.remove(name)
    if let handle, let entry, entry.links > 1 { try noteUnlinked(handle, entry) }
  }

  /// Gives a prepared file that was about to be put in place the name back under which it waits;
  /// returns false when it has another name already.
  func takeBack(_ name: FilePath, for path: FilePath) throws -> Bool {
    guard let handle = try EntryHandle(name, in: preparation.directory) else { return true }
    let entry = try handle.read()
    guard desired.prepared.inode(for: path) == entry.inode, entry.links == 1 else { return false }
    let content = (preparation.directory, content(of: path))
    if let error = live.rename((preparation.directory, name), to: content, .onlyIfFree) {
      throw FileError(preparation.directory.path.pushing(name), "cannot rename", error)
    }
    return true
  }

  /// The name under which a file waits in the preparation directory.
  func content(of path: FilePath) -> FilePath {
    PreparationDirectory.name(.content, of: desired.firstName(of: path))
  }
}
