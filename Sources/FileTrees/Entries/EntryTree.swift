import CLinux
import Glibc
import PCSCore
package import SystemPackage

/// A tree of entries below one directory, in which every path is followed over no symbolic link
/// (`openat2(2)`, `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS`).
///
/// Keeps the directory that was used last open; not for two threads at once.
package final class EntryTree {
  package let root: Directory
  let reader: any EntryReader
  private var last: (path: FilePath, directory: Directory?)?

  /// `reader` reads the entries of whole directories.
  package init(_ root: Directory, reader: some EntryReader = HandleReader()) {
    self.root = root
    self.reader = reader
  }

  /// The entry at a relative path, the root itself at an empty one; nil when there is none.
  package func entry(at path: FilePath) throws -> Entry? { try handle(at: path)?.read() }

  /// Opens the entry at a relative path; nil when there is none.
  package func handle(at path: FilePath) throws -> EntryHandle? {
    guard let name = path.lastComponent else { return try EntryHandle(root) }
    guard let parent = try directory(at: path.removingLastComponent()) else { return nil }
    return try EntryHandle(FilePath(root: nil, [name]), in: parent)
  }

  /// Opens the directory at a relative path; nil when there is none, or something else.
  package func directory(at path: FilePath) throws -> Directory? {
    if path.isEmpty { return root }
    if let last, last.path == path { return last.directory }
    let found = try walk(path)
    last = (path, found)
    return found
  }

  /// The number of the directory that a path lies in; nil when there is none.
  package func number(around path: FilePath) throws -> UInt64? {
    try directory(at: path.removingLastComponent()).map { UInt64(try $0.status.st_ino) }
  }

  /// Forgets what it holds open: after a change to directories.
  package func forget() {
    last = nil
  }

  /// A path may be longer than the kernel takes at once.
  private func walk(_ path: FilePath) throws(FileError) -> Directory? {
    var here = root
    var rest = path.bytes[...]
    while rest.count > Self.longest {
      let end = rest.prefix(Self.longest).lastIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
      guard let next = try Self.open(FilePath(bytes: Array(rest[..<end])), below: here) else {
        return nil
      }
      here = next
      rest = rest[end...].drop { $0 == UInt8(ascii: "/") }
    }
    return try Self.open(FilePath(bytes: Array(rest)), below: here)
  }

  private static let longest = 3800

  private static func open(_ path: FilePath, below root: Directory) throws(FileError) -> Directory?
  {
    let flags = UInt64(O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    let raw = path.withPlatformString {
      pcs_openat2(
        root.descriptor.rawValue, $0, flags, 0, UInt64(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS))
    }
    if raw < 0, [ENOENT, ENOTDIR, ELOOP].contains(errno) { return nil }
    let child = root.path.pushing(path)
    guard raw >= 0 else { throw FileError(child, "cannot open", Errno(rawValue: errno)) }
    return Directory(owning: FileDescriptor(rawValue: raw), path: child)
  }
}
