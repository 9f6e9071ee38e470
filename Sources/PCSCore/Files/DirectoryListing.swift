import Glibc
package import SystemPackage

/// What a directory holds, read to its end, `readdir(3)`.
package enum DirectoryListing {
  package struct Item: Sendable, Equatable {
    /// One component.
    package let name: FilePath
    /// Both are false where the file system tells no kinds; btrfs and proc(5) do.
    package let isDirectory: Bool
    package let isFile: Bool
    /// Of what is mounted there, or of the root of a subvolume, this is another number.
    package let inode: UInt64
  }

  /// Everything in the directory at `path`, but for itself and the one around it.
  package static func items(of path: FilePath) throws(FileError) -> [Item] {
    let raw = path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard raw >= 0 else { throw FileError(path, "cannot read", Errno(rawValue: errno)) }
    return try items(owning: FileDescriptor(rawValue: raw), path)
  }

  /// The same of an open directory, which is called `path` in messages.
  package static func items(
    in directory: FileDescriptor, _ path: FilePath
  ) throws(FileError) -> [Item] {
    let raw = openat(directory.rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0 else { throw FileError(path, "cannot read", Errno(rawValue: errno)) }
    return try items(owning: FileDescriptor(rawValue: raw), path)
  }

  /// The same of one that nothing else reads, and closes it.
  package static func items(
    owning descriptor: FileDescriptor, _ path: FilePath
  ) throws(FileError) -> [Item] {
    guard let stream = fdopendir(descriptor.rawValue) else {
      let error = Errno(rawValue: errno)
      try? descriptor.close()
      throw FileError(path, "cannot read", error)
    }
    defer { closedir(stream) }
    var items: [Item] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name in
          isDot(name) ? nil : FilePath(platformString: name)
        }
      }
      guard let name else { continue }
      let type = CInt(entry.pointee.d_type)
      items.append(
        Item(
          name: name, isDirectory: type == CInt(DT_DIR), isFile: type == CInt(DT_REG),
          inode: UInt64(entry.pointee.d_ino)))
    }
    guard errno == 0 else { throw FileError(path, "cannot read", Errno(rawValue: errno)) }
    return items
  }

  /// Whether a name is `.` or `..`.
  private static func isDot(_ name: UnsafePointer<CChar>) -> Bool {
    guard name[0] == CChar(UInt8(ascii: ".")) else { return false }
    return name[1] == 0 || name[1] == CChar(UInt8(ascii: ".")) && name[2] == 0
  }

  /// The names in the directory at `path` that are text.
  package static func names(of path: FilePath) throws(FileError) -> [String] {
    try items(of: path).compactMap { String(validating: $0.name) }
  }
}
