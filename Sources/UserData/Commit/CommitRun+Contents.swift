import FileTrees
import Glibc
import PCSCore
import SystemPackage

extension CommitRun {
  /// Makes the files that are not on disk yet in the preparation directory, and has all of them on
  /// disk: what is put in place after that is whole whenever power fails.
  func writeContents() throws {
    if stage.contents.isEmpty { return }
    for (path, content) in stage.contents {
      guard let entry = try stage.entry(at: path) else { continue }
      try write(content, entry, as: PreparationDirectory.name(.content, of: path))
    }
    try preparation.directory.syncFileSystem()
  }

  private func write(_ content: [UInt8], _ entry: Entry, as name: FilePath) throws {
    try StageCopy.makeFile(name, in: preparation.directory) { file, place in
      do { _ = try file.writeAll(content) } catch {
        throw FileError(place, "cannot write", error as? Errno ?? .ioError)
      }
    }
    guard let file = try EntryHandle(name, in: preparation.directory) else {
      let path = preparation.directory.path.pushing(name)
      throw FileError(path, "cannot open", .noSuchFileOrDirectory)
    }
    if try file.read().allocated > entry.allocated { try FileHoles.dig(in: file) }
    try file.apply(entry.attributes, of: .file)
    guard try file.read().isLike(entry) else {
      throw FileError(file.path, "not as on the source after it was written", .ioError)
    }
  }

  /// Makes `name` like what is at a path of the stage; returns it open.
  func make(
    _ path: FilePath, _ entry: Entry, as name: FilePath, in directory: Directory
  ) throws -> EntryHandle {
    if stage.contents[path] == nil {
      return try stage.make(path, entry, as: name, in: directory)
    }
    let content = PreparationDirectory.name(.content, of: path)
    let error = live.rename((preparation.directory, content), to: (directory, name), .onlyIfFree)
    guard error == nil, let made = try EntryHandle(name, in: directory) else {
      throw FileError(
        directory.path.pushing(name), "cannot make", error ?? .noSuchFileOrDirectory)
    }
    return made
  }

  /// Removes what was written for paths that were left.
  func removeContents() throws {
    for path in stage.contents.keys {
      try preparation.remove(PreparationDirectory.name(.content, of: path))
    }
  }
}
