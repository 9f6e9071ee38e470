import Btrfs
import CLinux
import Glibc
import PCSCore
package import SystemPackage

/// A directory of root's alone at the top of a live subvolume: entries are made complete in it
/// before they are put in place, and what they replace waits in it for its end.
///
/// It is of this machine and never synced: see `isName(_:)`.
package struct PreparationDirectory {
  package static let prefix = ".pcs-commit-"
  /// Marks a directory as made by a commit, until it has its attributes: `xattr(7)`.
  static let mark = "trusted.pc-switcher.commit"

  /// What a name in here is for.
  enum Purpose: String, CaseIterable {
    /// Made, or linked, to be put in place; once exchanged, what was there.
    case put
    /// Taken from its place to be deleted.
    case old
    /// On its way from one place to another.
    case way
    /// A directory to be put in place.
    case directory
    /// The content of a file to be made: see `Stage.contents`.
    case content
  }

  let name: FilePath
  let root: Directory
  let directory: Directory
  /// Whether an earlier attempt has made it.
  let wasThere: Bool

  /// Whether a name at the top of a subvolume is that of such a directory.
  package static func isName(_ name: FilePath) -> Bool {
    name.bytes.starts(with: Array(prefix.utf8))
  }

  init(_ root: Directory, session: String) throws {
    name = FilePath(Self.prefix + session)
    self.root = root
    let made = name.withPlatformString { mkdirat(root.descriptor.rawValue, $0, 0o700) }
    let path = root.path.pushing(name)
    if made != 0, errno != EEXIST { throw FileError(path, "cannot make", Errno(rawValue: errno)) }
    wasThere = made != 0
    guard let directory = try root.beneath(name) else {
      throw FileError(path, "cannot open", .noSuchFileOrDirectory)
    }
    let status = try directory.status
    guard status.st_uid == 0, status.st_mode & 0o077 == 0 else {
      throw CommitError.foreignDirectory(path)
    }
    self.directory = directory
  }

  /// The name for one purpose of one path: found again after a crash.
  static func name(_ purpose: Purpose, of path: FilePath) -> FilePath {
    FilePath("\(purpose.rawValue)-\(ContentDigest(of: path.bytes).hexadecimal)")
  }

  /// Takes a name in here away, a file or an empty directory.
  func remove(_ name: FilePath) throws(FileError) {
    let descriptor = directory.descriptor.rawValue
    let isGone = name.withPlatformString { name in
      if unlinkat(descriptor, name, 0) == 0 || errno == ENOENT { return true }
      return errno == EISDIR && unlinkat(descriptor, name, AT_REMOVEDIR) == 0
    }
    guard isGone else {
      throw FileError(directory.path.pushing(name), "cannot remove", Errno(rawValue: errno))
    }
  }

  /// Takes a directory in here away that was not put in place, with the files made in it.
  func removeMade(_ name: FilePath) throws {
    guard let made = try directory.beneath(name) else { return }
    for file in try made.entries() {
      let result = file.withPlatformString { unlinkat(made.descriptor.rawValue, $0, 0) }
      guard result == 0 else {
        throw FileError(made.path.pushing(file), "cannot remove", Errno(rawValue: errno))
      }
    }
    try remove(name)
  }

  /// Takes the directory itself away; it is empty by then.
  func remove() throws(FileError) {
    let result = name.withPlatformString {
      unlinkat(root.descriptor.rawValue, $0, AT_REMOVEDIR)
    }
    guard result == 0 else {
      throw FileError(directory.path, "cannot remove", Errno(rawValue: errno))
    }
  }
}
