import CLinux
package import Glibc
import PCSCore
package import SystemPackage

/// An open directory, through which what lies in it is reached by name; closed with its last
/// reference.
package final class Directory: Sendable {
  /// What the directory is called in messages.
  package let path: FilePath
  package let descriptor: FileDescriptor

  package init(owning descriptor: FileDescriptor, path: FilePath) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    try? descriptor.close()
  }

  /// Opens the directory at `path`; a link in its place is refused, links on the way are followed.
  package convenience init(_ path: FilePath) throws(BtrfsError) {
    let raw = path.withPlatformString { Glibc.open($0, Self.flags) }
    try BtrfsError.check(path, "cannot open", raw)
    self.init(owning: FileDescriptor(rawValue: raw), path: path)
  }

  /// Opens the directory at `path`; nil when there is nothing.
  package static func ifPresent(_ path: FilePath) throws(BtrfsError) -> Directory? {
    let raw = path.withPlatformString { Glibc.open($0, flags) }
    if raw < 0, errno == ENOENT { return nil }
    try BtrfsError.check(path, "cannot open", raw)
    return Directory(owning: FileDescriptor(rawValue: raw), path: path)
  }

  /// Opens the directory `name` in this one, called `alias` in messages; nil when there is none.
  package func opening(
    _ name: String, as alias: FilePath? = nil
  ) throws(BtrfsError) -> Directory? {
    let child = alias ?? path.appending(name)
    let raw = openat(descriptor.rawValue, name, Self.flags)
    if raw < 0, errno == ENOENT { return nil }
    try BtrfsError.check(child, "cannot open", raw)
    return Directory(owning: FileDescriptor(rawValue: raw), path: child)
  }

  /// Whether anything is called `name` here.
  package func has(_ name: FilePath) throws(BtrfsError) -> Bool {
    var status = stat()
    let result = name.withPlatformString {
      fstatat(descriptor.rawValue, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    if result < 0, errno == ENOENT { return false }
    try BtrfsError.check(path.pushing(name), "cannot look at", result)
    return true
  }

  package var status: stat {
    get throws(BtrfsError) {
      var status = stat()
      try BtrfsError.check(path, "cannot look at", fstat(descriptor.rawValue, &status))
      return status
    }
  }

  /// Whether nothing can be written through it, as `fstatvfs(3)` tells: its mount or its file system
  /// is read-only.
  package var isReadOnly: Bool {
    get throws(BtrfsError) {
      var status = statvfs()
      try BtrfsError.check(
        path, "cannot ask about the file system", fstatvfs(descriptor.rawValue, &status))
      return status.f_flag & UInt(ST_RDONLY) != 0
    }
  }

  /// The names in this directory that are text, in order; no name of ours is anything else.
  package func names() throws(BtrfsError) -> [String] {
    try entries().compactMap { String(validating: $0) }.sorted()
  }

  /// Every name in this directory, as a path of one component.
  package func entries() throws(BtrfsError) -> [FilePath] {
    do {
      return try DirectoryListing.items(in: descriptor, path).map(\.name)
    } catch {
      throw .failed(error.path, what: error.what, error.errno)
    }
  }

  /// Opens the directory at a relative path below this one, over no link and no other mount, as
  /// `openat2(2)` does, called `alias` in messages; nil when it is not there.
  package func beneath(
    _ relative: FilePath, as alias: FilePath? = nil
  ) throws(BtrfsError) -> Directory? {
    let child = alias ?? path.pushing(relative)
    if relative.isEmpty || relative == "." { return try opening(".", as: alias ?? path) }
    let resolve = UInt64(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS)
    let raw = relative.withPlatformString {
      pcs_openat2(descriptor.rawValue, $0, UInt64(Self.flags), 0, resolve)
    }
    if raw < 0, errno == ENOENT { return nil }
    try BtrfsError.check(child, "cannot open", raw)
    return Directory(owning: FileDescriptor(rawValue: raw), path: child)
  }

  private static let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
}
