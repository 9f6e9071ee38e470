import CBtrfs
package import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// A directory of root's alone in a snapshot directory, which others may be allowed to look into.
package enum PrivatePlace {
  private static let name = ".pc-switcher"

  package static func path(in directory: FilePath) -> FilePath { directory.appending(name) }

  /// Opens it; nil where it is missing.
  package static func ifPresent(in directory: Directory) throws -> Directory? {
    guard let place = try directory.opening(name) else { return nil }
    let status = try place.status
    guard status.st_uid == 0, status.st_mode & 0o077 == 0 else {
      throw FileError(place.path, "is not root's alone", .notPermitted)
    }
    return place
  }

  /// Opens it, made where it is missing.
  package static func open(in directory: Directory) throws -> Directory {
    if mkdirat(directory.descriptor.rawValue, name, 0o700) != 0, errno != EEXIST {
      try BtrfsError.check(path(in: directory.path), "cannot make", -1)
    }
    guard let place = try ifPresent(in: directory) else {
      throw BtrfsError.missing(path(in: directory.path))
    }
    return place
  }
}
