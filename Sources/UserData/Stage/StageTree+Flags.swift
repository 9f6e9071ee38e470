import CLinux
import FileTrees
import Glibc
import PCSCore
import SystemPackage

extension StageTree {
  /// Gives a file or directory flags that it has on the source; returns those that it cannot have.
  func add(_ flags: UInt32, to path: FilePath) throws -> UInt32 {
    guard let handle = try tree.handle(at: path) else { return 0 }
    let entry = try handle.read()
    guard entry.kind == .file || entry.kind == .directory else { return 0 }
    let missing = try Self.add(flags, to: handle)
    guard missing & InodeFlags.noCopyOnWrite != 0, entry.kind == .file, entry.links == 1 else {
      return missing
    }
    return try Self.add(flags, to: remake(path, handle, entry, adding: flags))
  }

  /// Whether a file has to be made anew to have these flags.
  func isUnfit(_ path: FilePath, for flags: UInt32?) throws -> Bool {
    guard let flags, flags & InodeFlags.noCopyOnWrite != 0,
      let file = try tree.handle(at: path)?.open(O_RDONLY)
    else { return false }
    defer { try? file.close() }
    return InodeFlags.of(file).map { $0 & InodeFlags.noCopyOnWrite == 0 } ?? false
  }

  private static func add(_ flags: UInt32, to handle: EntryHandle) throws -> UInt32 {
    let descriptor = try handle.open(O_RDONLY)
    defer { try? descriptor.close() }
    return InodeFlags.add(flags, to: descriptor)
  }

  /// Copies the data of a file, since only an empty one can be made one without copy-on-write.
  private func remake(
    _ path: FilePath, _ handle: EntryHandle, _ entry: Entry, adding flags: UInt32
  ) throws -> EntryHandle {
    let folder = path.removingLastComponent()
    let copy = folder.appending(".pcs-flags")
    guard let parent = try tree.handle(at: folder), let directory = try tree.directory(at: folder)
    else { return handle }
    let before = try parent.read()
    let made = try EntryCopy.make(
      handle, entry, as: ".pcs-flags", in: directory, adding: flags)
    try rename(copy, to: path)
    try parent.applyTime(before.attributes.modified)
    return made
  }
}
