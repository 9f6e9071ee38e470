import Btrfs
import Glibc
import PCSCore
import SystemPackage

extension CommitRun {
  /// Writes what is not on disk yet into the preparation directory, and has all of it on disk: what
  /// is put in place after that is whole whenever power fails.
  func writeContents() throws {
    if stage.contents.isEmpty { return }
    for (path, content) in stage.contents {
      guard let entry = try stage.entry(at: path) else { continue }
      let name = PreparationDirectory.name(.content, of: path)
      try StageCopy.makeFile(name, in: preparation.directory) { file, place in
        do { _ = try file.writeAll(content) } catch {
          throw FileError(place, "cannot write", error as? Errno ?? .ioError)
        }
      }
      guard let file = try EntryHandle(name, in: preparation.directory) else { continue }
      if try file.read().allocated > entry.allocated { try FileHoles.dig(in: file) }
    }
    try preparation.directory.syncFileSystem()
  }

  /// Makes `name` like what is at a path of the stage; returns it open.
  func make(
    _ path: FilePath, _ entry: Entry, as name: FilePath, in directory: Directory
  ) throws -> EntryHandle {
    if stage.contents[path] == nil {
      return try stage.make(path, entry, as: name, in: directory)
    }
    let content = PreparationDirectory.name(.content, of: path)
    if let error = live.rename(
      (preparation.directory, content), to: (directory, name), .onlyIfFree)
    {
      throw FileError(directory.path.pushing(name), "cannot make", error)
    }
    return try StageCopy.finish(name, in: directory, entry)
  }

  /// Removes what was written for paths that were left.
  func removeContents() throws {
    for path in stage.contents.keys {
      try preparation.remove(PreparationDirectory.name(.content, of: path))
    }
  }
}
