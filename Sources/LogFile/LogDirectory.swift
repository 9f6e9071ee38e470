import CLinux
import Glibc
package import PCSCore
package import SystemPackage

/// The directory of somebody's logs, below their home.
///
/// Root opens it in the homes of others, so no link is followed on the way and what is made is
/// given to the owner.
package struct LogDirectory: ~Copyable {
  package struct Owner: Sendable, Equatable {
    package let user: UInt32
    package let group: UInt32

    package init(user: UInt32, group: UInt32) {
      self.user = user
      self.group = group
    }
  }

  package static let place: FilePath = ".local/share/pc-switcher/logs"

  package let path: FilePath
  private let descriptor: FileDescriptor
  private let owner: Owner?

  /// Opens the directory; makes what is missing of it, 0700, when `isMade`.
  package init(below home: FilePath, owner: Owner? = nil, isMade: Bool) throws(FileError) {
    path = home.appending(Self.place.components)
    self.owner = owner
    let path = path
    do {
      let top = try FileDescriptor.open(home, .readOnly, options: [.directory, .closeOnExec])
      defer { try? top.close() }
      if isMade { try Self.make(Self.place, in: top, owner) }
      descriptor = try Self.open(Self.place, in: top, flags: O_RDONLY | O_DIRECTORY)
    } catch {
      throw FileError(path, "cannot open the directory of logs", error as? Errno ?? .ioError)
    }
  }

  deinit {
    try? descriptor.close()
  }

  /// Opens a log for appending, and makes it, 0600, if it is not there.
  package borrowing func append(_ name: LogName) throws(FileError) -> FileDescriptor {
    do {
      let file = try Self.open(
        FilePath(name.text), in: descriptor, flags: O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK,
        mode: 0o600)
      try file.closeIfFails { try Self.check(file, owner) }
      return file
    } catch {
      throw FileError(path.appending(name.text), "cannot open", error as? Errno ?? .ioError)
    }
  }

  package borrowing func read(_ name: LogName) throws(FileError) -> FileDescriptor {
    do {
      return try Self.open(FilePath(name.text), in: descriptor, flags: O_RDONLY | O_NONBLOCK)
    } catch {
      throw FileError(path.appending(name.text), "cannot open", error)
    }
  }

  /// The logs, oldest first; files of other names are none of ours.
  package borrowing func logs() throws(FileError) -> [StoredLog] {
    var logs: [StoredLog] = []
    for name in try names() {
      guard let log = LogName(name) else { continue }
      var status = stat()
      guard fstatat(descriptor.rawValue, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        if errno == ENOENT { continue }
        throw FileError(path.appending(name), "cannot look at it", Errno(rawValue: errno))
      }
      guard status.st_mode & S_IFMT == S_IFREG else { continue }
      let modified = Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
      logs.append(
        StoredLog(
          name: log, size: UInt64(status.st_size), modified: Timestamp(milliseconds: modified)))
    }
    return logs.sorted { $0.name < $1.name }
  }

  package borrowing func remove(_ name: LogName) throws(FileError) {
    guard unlinkat(descriptor.rawValue, name.text, 0) == 0 || errno == ENOENT else {
      throw FileError(path.appending(name.text), "cannot remove", Errno(rawValue: errno))
    }
  }

  private borrowing func names() throws(FileError) -> [String] {
    try DirectoryListing.items(in: descriptor, path).compactMap { String(validating: $0.name) }
  }

  private static func open(
    _ path: FilePath, in directory: FileDescriptor, flags: Int32, mode: UInt64 = 0
  ) throws(Errno) -> FileDescriptor {
    let raw = path.withPlatformString { path in
      pcs_openat2(
        directory.rawValue, path, UInt64(flags | O_CLOEXEC), mode,
        UInt64(RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH))
    }
    guard raw >= 0 else { throw Errno(rawValue: errno) }
    return FileDescriptor(rawValue: raw)
  }

  private static func make(
    _ path: FilePath, in top: FileDescriptor, _ owner: Owner?
  ) throws(Errno) {
    var parent = FilePath(".")
    for component in path.components {
      let directory = try open(parent, in: top, flags: O_RDONLY | O_DIRECTORY)
      defer { try? directory.close() }
      try make(component.string, in: directory, owner)
      parent.append(component)
    }
  }

  private static func make(
    _ name: String, in directory: FileDescriptor, _ owner: Owner?
  ) throws(Errno) {
    if mkdirat(directory.rawValue, name, 0o700) != 0 {
      guard errno == EEXIST else { throw Errno(rawValue: errno) }
      return
    }
    guard let owner else { return }
    let made = try open(FilePath(name), in: directory, flags: O_RDONLY | O_DIRECTORY)
    defer { try? made.close() }
    guard fchown(made.rawValue, owner.user, owner.group) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Refuses anything but a regular file of one name, and gives it to its owner.
  private static func check(_ file: FileDescriptor, _ owner: Owner?) throws(Errno) {
    var status = stat()
    guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else { throw .notPermitted }
    guard let owner else { return }
    guard fchown(file.rawValue, owner.user, owner.group) == 0 else { throw Errno(rawValue: errno) }
  }
}

extension FileDescriptor {
  fileprivate func closeIfFails(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      try? close()
      throw error
    }
  }
}
