package import CLinux
import Glibc
import PCSCore
package import SystemPackage

/// Copies files within one file system without copying their data (`ioctl_ficlone(2)`).
///
/// Owner, mode, times and extended attributes, ACLs among them, are as they were. Links are
/// copied, not followed.
package enum TreeCopy {
  /// Copies `name` of `source` to `newName` of `target`, where nothing has that name yet, or
  /// where both are directories.
  package static func copy(
    _ name: FilePath, in source: Directory, to newName: FilePath, in target: Directory
  ) throws {
    let status = try stat(of: name, in: source)
    switch status.st_mode & S_IFMT {
    case S_IFREG: try copyFile(name, source, newName, target, status)
    case S_IFDIR: try copyDirectory(name, source, newName, target, status)
    case S_IFLNK: try copyLink(name, source, newName, target, status)
    default:
      throw BtrfsError.failed(
        source.path.pushing(name), what: "neither a file, nor a directory, nor a link",
        .notSupported)
    }
  }

  package static func stat(of name: FilePath, in directory: Directory) throws(BtrfsError) -> stat {
    var status = Glibc.stat()
    let result = name.withPlatformString {
      fstatat(directory.descriptor.rawValue, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    try BtrfsError.check(directory.path.pushing(name), "cannot look at", result)
    return status
  }

  private static func copyFile(
    _ name: FilePath, _ source: Directory, _ newName: FilePath, _ target: Directory,
    _ status: stat
  ) throws {
    let from = try open(name, in: source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    defer { try? from.close() }
    let to = try open(newName, in: target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)
    defer { try? to.close() }
    if pcs_clone_file(to.rawValue, from.rawValue) != 0 {
      // Not between a file with copy-on-write and one without.
      do { try copyData(from, to) } catch let error as Errno {
        throw FileError(source.path.pushing(name), "cannot copy", error)
      }
    }
    try applyAttributes(status, from, to, target.path.pushing(newName))
  }

  private static func copyDirectory(
    _ name: FilePath, _ source: Directory, _ newName: FilePath, _ target: Directory,
    _ status: stat
  ) throws {
    let made = newName.withPlatformString { mkdirat(target.descriptor.rawValue, $0, 0o700) }
    if made < 0, errno != EEXIST {
      try BtrfsError.check(target.path.pushing(newName), "cannot make", made)
    }
    guard let from = try source.beneath(name), let to = try target.beneath(newName) else { return }
    for entry in try from.entries() { try copy(entry, in: from, to: entry, in: to) }
    try applyAttributes(status, from.descriptor, to.descriptor, to.path)
  }

  private static func copyLink(
    _ name: FilePath, _ source: Directory, _ newName: FilePath, _ target: Directory,
    _ status: stat
  ) throws {
    let path = target.path.pushing(newName)
    var content = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let length = name.withPlatformString {
      readlinkat(source.descriptor.rawValue, $0, &content, content.count - 1)
    }
    try BtrfsError.check(source.path.pushing(name), "cannot read", CInt(length))
    let folder = target.descriptor.rawValue
    let times = [status.st_atim, status.st_mtim]
    let result = newName.withPlatformString { name -> CInt in
      if symlinkat(content, folder, name) != 0 { return -1 }
      if fchownat(folder, name, status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) != 0 {
        return -1
      }
      return utimensat(folder, name, times, AT_SYMLINK_NOFOLLOW)
    }
    try BtrfsError.check(path, "cannot make", result)
  }

  private static func copyData(_ from: FileDescriptor, _ to: FileDescriptor) throws {
    while true {
      let chunk = try [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
        count = try from.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      if chunk.isEmpty { return }
      try to.writeAll(chunk)
    }
  }

  package static func applyAttributes(
    _ status: stat, _ from: FileDescriptor, _ to: FileDescriptor, _ path: FilePath
  ) throws {
    let what = "cannot set its attributes"
    try BtrfsError.check(path, what, fchown(to.rawValue, status.st_uid, status.st_gid))
    try BtrfsError.check(path, what, fchmod(to.rawValue, status.st_mode & 0o7777))
    try ExtendedAttributes.copy(from, to, path)
    try BtrfsError.check(path, what, futimens(to.rawValue, [status.st_atim, status.st_mtim]))
  }

  private static func open(
    _ name: FilePath, in directory: Directory, _ flags: CInt
  ) throws(BtrfsError) -> FileDescriptor {
    let raw = name.withPlatformString { openat(directory.descriptor.rawValue, $0, flags, 0o600) }
    try BtrfsError.check(directory.path.pushing(name), "cannot open", raw)
    return FileDescriptor(rawValue: raw)
  }
}

/// The extended attributes of open files, `xattr(7)`.
enum ExtendedAttributes {
  static func copy(_ from: FileDescriptor, _ to: FileDescriptor, _ path: FilePath) throws {
    let what = "cannot copy its extended attributes"
    var list = [CChar](repeating: 0, count: 65536)
    let length = flistxattr(from.rawValue, &list, list.count)
    if length < 0, errno == ENOTSUP { return }
    try BtrfsError.check(path, what, CInt(length))
    for name in list.prefix(length).split(separator: 0) {
      let name = Array(name) + [0]
      var value = [UInt8](repeating: 0, count: 65536)
      let size = fgetxattr(from.rawValue, name, &value, value.count)
      try BtrfsError.check(path, what, CInt(size))
      try BtrfsError.check(path, what, fsetxattr(to.rawValue, name, value, size, 0))
    }
  }
}
