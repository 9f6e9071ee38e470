package import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// The folder within a stage, which nobody but root can reach: what is done in it by name is done
/// to what has that name, also where the live entry may not be changed: that the commit finds out.
package struct StageTree {
  package let tree: EntryTree

  package init(_ root: Directory) {
    tree = EntryTree(root)
  }

  /// Moves something; what is in the way and no directory is replaced.
  func rename(_ from: FilePath, to: FilePath) throws {
    let old = try parent(of: from)
    let new = try parent(of: to)
    try unlock(from)
    try unlock(to)
    let result = Self.name(from).withPlatformString { name in
      Self.name(to).withPlatformString {
        renameat(old.descriptor.rawValue, name, new.descriptor.rawValue, $0)
      }
    }
    try check(from, "cannot rename", result)
    tree.forget()
  }

  /// Makes the directories around a path that are not there, for root alone until they get their
  /// attributes.
  func makeDirectories(around path: FilePath) throws {
    for directory in path.selfAndAround.dropFirst().reversed()
    where try tree.handle(at: directory) == nil { try makeDirectory(directory) }
  }

  func makeDirectory(_ path: FilePath) throws {
    let parent = try parent(of: path)
    let result = Self.name(path).withPlatformString {
      mkdirat(parent.descriptor.rawValue, $0, 0o700)
    }
    try check(path, "cannot make", result)
    tree.forget()
  }

  /// Removes what is at `path`, if anything is; false for a directory that is not empty.
  func remove(_ path: FilePath) throws -> Bool {
    guard let entry = try tree.entry(at: path) else { return true }
    try unlock(path)
    let parent = try parent(of: path)
    let flags = entry.kind == .directory ? AT_REMOVEDIR : 0
    let result = Self.name(path).withPlatformString {
      unlinkat(parent.descriptor.rawValue, $0, flags)
    }
    if result < 0, errno == ENOTEMPTY || errno == EEXIST { return false }
    try check(path, "cannot remove", result)
    if entry.kind == .directory { tree.forget() }
    return true
  }

  /// Makes what an entry is, without attributes and content.
  func make(_ path: FilePath, _ entry: Entry) throws {
    let parent = try parent(of: path)
    let folder = parent.descriptor.rawValue
    let result = Self.name(path).withPlatformString { name -> CInt in
      switch entry.kind {
      case .directory: return mkdirat(folder, name, 0o700)
      case .symlink:
        return symlinkat(entry.linkTarget.map { CChar(bitPattern: $0) } + [0], folder, name)
      case .file: return mknodat(folder, name, S_IFREG | 0o600, 0)
      default:
        return mknodat(folder, name, entry.kind.typeBits | 0o600, dev_t(entry.device))
      }
    }
    try check(path, "cannot make", result)
    if entry.kind == .directory { tree.forget() }
  }

  /// Writes the whole content of a file that is there.
  func write(_ bytes: [UInt8], to path: FilePath) throws {
    guard let file = try tree.handle(at: path) else {
      throw StageError.missing(tree.root.path.pushing(path))
    }
    let descriptor = try file.open(O_WRONLY | O_TRUNC)
    do {
      try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
    } catch {
      throw FileError(file.path, "cannot write", error as? Errno ?? .ioError)
    }
  }

  /// Gives a file another name.
  func link(_ existing: FilePath, as path: FilePath) throws {
    let old = try parent(of: existing)
    let new = try parent(of: path)
    try unlock(existing)
    let result = Self.name(existing).withPlatformString { name in
      Self.name(path).withPlatformString {
        linkat(old.descriptor.rawValue, name, new.descriptor.rawValue, $0, 0)
      }
    }
    try check(path, "cannot link", result)
  }

  /// Makes `copy` what `path` is, sharing its data (`ioctl_ficlone(2)`).
  func clone(_ path: FilePath, as copy: FilePath) throws {
    guard let handle = try tree.handle(at: path) else { return }
    _ = try EntryCopy.make(
      handle, try handle.read(), as: Self.name(copy), in: try parent(of: copy))
  }

  private func parent(of path: FilePath) throws -> Directory {
    let folder = path.removingLastComponent()
    guard let directory = try tree.directory(at: folder) else {
      throw FileError(tree.root.path.pushing(folder), "not a directory", .notDirectory)
    }
    try InodeFlags.unlock(directory.descriptor, directory.path)
    return directory
  }

  func unlock(_ path: FilePath) throws {
    try tree.handle(at: path)?.unlock()
  }

  private static func name(_ path: FilePath) -> FilePath {
    path.lastComponent.map { FilePath(root: nil, [$0]) } ?? "."
  }

  private func check(_ path: FilePath, _ what: String, _ result: CInt) throws(FileError) {
    guard result >= 0 else {
      throw FileError(tree.root.path.pushing(path), what, Errno(rawValue: errno))
    }
  }
}
