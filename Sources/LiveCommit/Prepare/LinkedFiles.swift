import Btrfs
import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// The files with several names that come in trees.
///
/// Until all are made, each has one more name: its inode number on the source.
struct LinkedFiles {
  private let preparation: PreparationDirectory
  private var folder: Directory?

  init(_ preparation: PreparationDirectory) {
    self.preparation = preparation
  }

  /// Gives a file that was made its name here.
  mutating func add(_ made: EntryHandle, number: UInt64, of index: Int) throws {
    try made.link(as: Self.name(number, index), in: try opened())
  }

  /// Gives a file that was added one more name.
  mutating func link(
    _ number: UInt64, of index: Int, as name: FilePath, in directory: Directory
  ) throws -> EntryHandle {
    guard let handle = try EntryHandle(Self.name(number, index), in: try opened()) else {
      throw WireError()
    }
    try handle.link(as: name, in: directory)
    return handle
  }

  /// Removes these names, and records the times of change that the files get by it.
  func finish(
    _ entries: inout PreparedEntries, _ planned: inout [FilePath: FilledFiles]
  ) throws {
    guard let folder else { return }
    var changed: [UInt64: FileTime] = [:]
    for name in try folder.entries() {
      guard let handle = try EntryHandle(name, in: folder) else { continue }
      guard name.withPlatformString({ unlinkat(folder.descriptor.rawValue, $0, 0) }) == 0 else {
        throw FileError(folder.path.pushing(name), "cannot remove", Errno(rawValue: errno))
      }
      let (inode, time) = try handle.changed()
      changed[inode] = time
    }
    try preparation.remove(PreparationDirectory.linkedFiles)
    try entries.note(changed, to: BlockFile(temporaryIn: preparation.directory))
    for path in planned.keys { planned[path]?.note(changed) }
  }

  private static func name(_ number: UInt64, _ index: Int) -> FilePath {
    FilePath("\(index)-\(number)")
  }

  private mutating func opened() throws -> Directory {
    if let folder { return folder }
    let name = PreparationDirectory.linkedFiles
    let root = preparation.directory
    let result = name.withPlatformString { mkdirat(root.descriptor.rawValue, $0, 0o700) }
    guard result == 0, let made = try root.beneath(name) else {
      throw FileError(root.path.pushing(name), "cannot make", Errno(rawValue: errno))
    }
    folder = made
    return made
  }
}
