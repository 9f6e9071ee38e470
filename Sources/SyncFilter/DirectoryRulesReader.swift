import CLinux
import Glibc
package import PCSCore
package import SystemPackage

/// Reads the rules of directories below an open one: over no symbolic link, and without a new time
/// of access where that can be had.
package struct DirectoryRulesReader: Sendable {
  private let root: OpenRoot
  /// What the root is called in messages.
  private let folder: FilePath

  /// Opens `path`, which is called `folder` in messages.
  package init(_ path: FilePath, as folder: FilePath) throws(FileError) {
    let raw = path.withPlatformString {
      Glibc.open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }
    guard raw >= 0 else { throw FileError(folder, "cannot open", Errno(rawValue: errno)) }
    root = OpenRoot(FileDescriptor(rawValue: raw))
    self.folder = folder
  }

  /// Reads below a directory that the caller keeps open.
  package init(beneath descriptor: FileDescriptor, as folder: FilePath) throws(FileError) {
    let raw = fcntl(descriptor.rawValue, F_DUPFD_CLOEXEC, 3)
    guard raw >= 0 else { throw FileError(folder, "cannot open", Errno(rawValue: errno)) }
    root = OpenRoot(FileDescriptor(rawValue: raw))
    self.folder = folder
  }

  /// The file of rules in `directory`; nil where there is none.
  package func file(of directory: FilePath) throws(FileError) -> DirectoryRulesFile? {
    let file = directory.appending(DirectoryRules.name)
    let path = folder.pushing(file)
    let raw = open(file, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    if raw >= 0 {
      var status = stat()
      let isQuotable = fstat(raw, &status) == 0 && isOwn(status, directory)
      let content = try FilterFile.content(FileDescriptor(rawValue: raw), path)
      return DirectoryRulesFile(content, isQuotable: isQuotable)
    }
    let error = Errno(rawValue: errno)
    switch error {
    case .noSuchFileOrDirectory, .notDirectory: return nil
    case .tooManySymbolicLinkLevels:
      // Of a link on the way nobody asks: behind it lies nothing of this tree.
      guard isDirectory(directory) else { return nil }
      throw FileError(path, "is a symbolic link", error)
    default: throw FileError(path, "cannot open", error)
    }
  }

  /// Whether a file in `directory` is nothing but its owner's: a further name, or another owner, can
  /// stand for a file that this owner may not read.
  private func isOwn(_ file: stat, _ directory: FilePath) -> Bool {
    let raw = openAt(directory.isEmpty ? "." : directory, Self.lookingOnly | O_DIRECTORY)
    guard raw >= 0 else { return false }
    defer { close(raw) }
    var status = stat()
    return fstat(raw, &status) == 0 && file.st_nlink == 1 && file.st_uid == status.st_uid
  }

  private func isDirectory(_ directory: FilePath) -> Bool {
    // With O_PATH the kernel takes no flag that is about reading.
    let raw = openAt(directory.isEmpty ? "." : directory, Self.lookingOnly | O_DIRECTORY)
    if raw >= 0 { close(raw) }
    return raw >= 0
  }

  // Macros of fcntl.h that Swift's Glibc leaves out.
  private static let lookingOnly: Int32 = 0o10_000_000
  private static let leavingTimes: Int32 = 0o1_000_000

  private func open(_ path: FilePath, _ flags: Int32) -> Int32 {
    let raw = openAt(path, flags | Self.leavingTimes)
    // Only the owner and root may leave the time of access alone.
    return raw < 0 && errno == EPERM ? openAt(path, flags) : raw
  }

  private func openAt(_ path: FilePath, _ flags: Int32) -> Int32 {
    path.withPlatformString {
      pcs_openat2(
        root.descriptor.rawValue, $0, UInt64(flags | O_CLOEXEC), 0,
        UInt64(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS))
    }
  }
}

/// Closes the root with its last reader.
private final class OpenRoot: Sendable {
  let descriptor: FileDescriptor

  init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  deinit {
    try? descriptor.close()
  }
}
