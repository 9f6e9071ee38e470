import CLinux
import Glibc
import PCSCore
package import SystemPackage

/// Makes entries like others, without copying their data (`ioctl_ficlone(2)`).
package enum EntryCopy {
  /// Makes `name` like `source`, with everything it has; returns it open.
  package static func make(
    _ source: EntryHandle, _ entry: Entry, as name: FilePath, in directory: Directory
  ) throws -> EntryHandle {
    guard entry.kind == .file else { return try make(entry, as: name, in: directory) }
    let from = try source.open(O_RDONLY)
    defer { try? from.close() }
    try makeFile(name, in: directory) { to, path in
      try InodeFlags.carry(from: from, to: to, path)
      try clone(from, to, path)
    }
    return try finish(name, in: directory, entry)
  }

  /// Makes something without content.
  package static func make(
    _ entry: Entry, as name: FilePath, in directory: Directory
  ) throws -> EntryHandle {
    switch entry.kind {
    case .file: try makeFile(name, in: directory) { _, _ in }
    case .symlink:
      let target = entry.linkTarget.map { CChar(bitPattern: $0) } + [0]
      try check(name, directory) { symlinkat(target, $0, $1) }
    case .directory:
      throw FileError(directory.path.pushing(name), "is a directory", .isDirectory)
    default:
      try check(name, directory) {
        mknodat($0, $1, entry.kind.typeBits | 0o600, dev_t(entry.device))
      }
    }
    return try finish(name, in: directory, entry)
  }

  /// Gives what was made its attributes; returns it open.
  private static func finish(
    _ name: FilePath, in directory: Directory, _ entry: Entry
  ) throws -> EntryHandle {
    guard let made = try EntryHandle(name, in: directory) else {
      throw FileError(directory.path.pushing(name), "cannot open", .noSuchFileOrDirectory)
    }
    try made.apply(entry.attributes, of: entry.kind)
    return made
  }

  private static func check(
    _ name: FilePath, _ directory: Directory, _ call: (CInt, UnsafePointer<CChar>) -> CInt
  ) throws(FileError) {
    let result = name.withPlatformString { call(directory.descriptor.rawValue, $0) }
    guard result == 0 else {
      throw FileError(directory.path.pushing(name), "cannot make", Errno(rawValue: errno))
    }
  }

  /// Makes a file of root's alone; `fill` gets it open.
  package static func makeFile(
    _ name: FilePath, in directory: Directory,
    _ fill: (_ file: FileDescriptor, _ path: FilePath) throws -> Void
  ) throws {
    let path = directory.path.pushing(name)
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let raw = name.withPlatformString { openat(directory.descriptor.rawValue, $0, flags, 0o600) }
    guard raw >= 0 else { throw FileError(path, "cannot make", Errno(rawValue: errno)) }
    let to = FileDescriptor(rawValue: raw)
    defer { try? to.close() }
    try fill(to, path)
  }

  /// Gives an empty file the content of another one; where that cannot be cloned, a copy of it.
  package static func clone(
    _ from: FileDescriptor, _ to: FileDescriptor, _ path: FilePath
  ) throws {
    if pcs_clone_file(to.rawValue, from.rawValue) == 0 { return }
    switch errno {
    // Not between a file with copy-on-write and one without.
    case EINVAL, EOPNOTSUPP, EXDEV:
      do { try copyData(from, to, path) } catch let error as Errno {
        throw FileError(path, "cannot copy", error)
      }
      // A transaction that puts it in place does not wait for its data.
      guard fdatasync(to.rawValue) == 0 else {
        throw FileError(path, "cannot write", Errno(rawValue: errno))
      }
    case let number: throw FileError(path, "cannot clone", Errno(rawValue: number))
    }
  }

  /// Copies what is not a hole.
  private static func copyData(
    _ from: FileDescriptor, _ to: FileDescriptor, _ path: FilePath
  ) throws {
    var status = stat()
    guard fstat(from.rawValue, &status) == 0, ftruncate(to.rawValue, status.st_size) == 0 else {
      throw FileError(path, "cannot copy", Errno(rawValue: errno))
    }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { chunk.deallocate() }
    var position: off_t = 0
    while true {
      let start = lseek(from.rawValue, position, 3)  // SEEK_DATA
      if start < 0, errno == ENXIO { return }
      let end = lseek(from.rawValue, start, 4)  // SEEK_HOLE
      guard start >= 0, end > start else {
        throw FileError(path, "cannot copy", Errno(rawValue: errno))
      }
      position = start
      while position < end {
        let part = UnsafeMutableRawBufferPointer(rebasing: chunk.prefix(Int(end - position)))
        let count = try from.read(fromAbsoluteOffset: Int64(position), into: part)
        if count == 0 { return }
        try to.writeAll(toAbsoluteOffset: Int64(position), part.prefix(count))
        position += off_t(count)
      }
    }
  }
}
