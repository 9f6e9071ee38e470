import Glibc
package import SystemPackage

/// A directory that only its owner can look into, for sockets and temporary files.
package enum PrivateDirectory {
  /// Makes `path` with mode 0700 where it is missing, and what is missing above it; one that is
  /// there must be ours alone.
  package static func make(_ path: FilePath) throws(FileError) {
    makeParents(of: path)
    if path.withPlatformString({ mkdir($0, 0o700) }) != 0, errno != EEXIST {
      throw FileError(path, "cannot make", Errno(rawValue: errno))
    }
    var status = stat()
    guard path.withPlatformString({ lstat($0, &status) }) == 0 else {
      throw FileError(path, "cannot look at", Errno(rawValue: errno))
    }
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
      status.st_mode & 0o022 == 0
    else { throw FileError(path, "is not a directory of ours alone", .notPermitted) }
  }

  /// What cannot be made is noticed when `path` is.
  private static func makeParents(of path: FilePath) {
    let parent = path.removingLastComponent()
    guard !parent.isEmpty, parent != path, parent.withPlatformString({ access($0, F_OK) }) != 0
    else { return }
    makeParents(of: parent)
    _ = parent.withPlatformString { mkdir($0, 0o700) }
  }
}
