import Btrfs
import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// A directory of root's alone at the top of a live subvolume: entries are made complete in it
/// before they are put in place, and what they replace waits in it for its end.
///
/// It is of this machine and never synced: see `holds(_:)`.
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
    /// A new directory, to be put in place.
    case directory
    /// A new file, to be put in place.
    case content
  }

  /// The owner of the subvolume can give it another name: then it gets this one back.
  let name: FilePath
  let root: Directory
  let directory: Directory
  /// By this it is found again, whatever lies in its place.
  let inode: UInt64
  /// Whether an earlier attempt has made it.
  let wasThere: Bool
  /// What lay in its place and was moved aside, by its new name.
  let aside: FilePath?

  /// Returns true for such a directory and for everything in it; `path` is one of the subvolume.
  package static func holds(_ path: FilePath) -> Bool {
    path.bytes.starts(with: Array(prefix.utf8))
  }

  /// Opens the directory that an earlier attempt has made, which has the number `inode` if that is
  /// known, or makes one.
  init(_ root: Directory, session: String, inode known: UInt64?) throws {
    name = FilePath(Self.prefix + session)
    self.root = root
    let found = try known.flatMap { try Self.find($0, in: root) } ?? Self.own(name, in: root)
    aside = try Self.moveAside(name, in: root, but: found)
    if let found {
      try Self.restore(name, of: found, in: root)
    } else {
      try Self.keepingTime(of: root) { [name] () throws(FileError) in
        let made = name.withPlatformString { mkdirat(root.descriptor.rawValue, $0, 0o700) }
        guard made == 0 else {
          throw FileError(root.path.pushing(name), "cannot make", Errno(rawValue: errno))
        }
      }
    }
    guard let directory = try Self.own(name, in: root) else {
      throw CommitError.foreignDirectory(root.path.pushing(name))
    }
    self.directory = directory
    inode = UInt64(try directory.status.st_ino)
    wasThere = found != nil
    if !wasThere { try Self.makeNeutral(directory) }
  }

  /// Makes or removes a name in a directory, which keeps its time of modification.
  static func keepingTime(
    of directory: Directory, _ body: () throws(FileError) -> Void
  ) throws(FileError) {
    let handle = try EntryHandle(directory)
    let modified = try handle.read().attributes.modified
    try body()
    try handle.applyTime(modified)
  }

  /// Removes the access lists, flags and properties that the directory inherited: it would hand them
  /// down to everything made in it.
  private static func makeNeutral(_ directory: Directory) throws {
    try InodeFlags.clear(directory.descriptor, directory.path)
    let handle = try EntryHandle(directory)
    var attributes = try handle.read().attributes
    attributes.extended.removeAll { !$0.name.starts(with: Array("security.".utf8)) }
    (attributes.permissions, attributes.owner, attributes.group) = (0o700, 0, 0)
    try handle.apply(attributes, of: .directory)
  }

  /// Opens the directory of a session, if there is one.
  init?(_ root: Directory, ifPresent session: String) throws {
    name = FilePath(Self.prefix + session)
    self.root = root
    guard let directory = try Self.own(name, in: root) else { return nil }
    self.directory = directory
    inode = UInt64(try directory.status.st_ino)
    (wasThere, aside) = (true, nil)
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

  /// Takes the directory itself away, which is empty by then; returns what lay in its place and was
  /// moved aside.
  func remove() throws -> FilePath? {
    let aside = try Self.moveAside(name, in: root, but: directory)
    for path in try InodeNames.paths(of: inode, in: root) {
      guard let last = path.lastComponent,
        let parent = try EntryTree(root).directory(at: path.removingLastComponent())
      else { continue }
      try Self.keepingTime(of: parent) { () throws(FileError) in
        let result = FilePath(root: nil, [last]).withPlatformString {
          unlinkat(parent.descriptor.rawValue, $0, AT_REMOVEDIR)
        }
        guard result == 0 else {
          throw FileError(parent.path.appending(last), "cannot remove", Errno(rawValue: errno))
        }
      }
    }
    return aside
  }
}

extension PreparationDirectory {
  /// The directory of a number, if it is one of root's alone, under whatever name.
  static func find(_ inode: UInt64, in root: Directory) throws -> Directory? {
    for path in try InodeNames.paths(of: inode, in: root) {
      if let found = try own(path, in: root), try UInt64(found.status.st_ino) == inode {
        return found
      }
    }
    return nil
  }

  private static func restore(_ name: FilePath, of own: Directory, in root: Directory) throws {
    guard let path = own.path.relative(to: root.path), path != name, let last = path.lastComponent,
      let parent = try EntryTree(root).directory(at: path.removingLastComponent())
    else { return }
    if let error = parent.rename(FilePath(root: nil, [last]), to: name, in: root) {
      throw FileError(own.path, "cannot get its name back", error)
    }
  }

  /// What is at a path, if it is a directory of root's alone.
  private static func own(_ path: FilePath, in root: Directory) throws -> Directory? {
    guard let directory = try EntryTree(root).directory(at: path) else { return nil }
    let status = try directory.status
    return status.st_uid == 0 && status.st_mode & 0o077 == 0 ? directory : nil
  }

  /// Gives another name to what is called as our directory is, unless it is `own`; returns that name.
  private static func moveAside(
    _ name: FilePath, in root: Directory, but own: Directory?
  ) throws -> FilePath? {
    guard let present = try EntryHandle(name, in: root) else { return nil }
    if try present.changed().inode == own.map({ try UInt64($0.status.st_ino) }) { return nil }
    for number in 0..<100 {
      let other = FilePath("pcs-aside\(number == 0 ? "" : "-\(number)")" + name.string)
      switch root.rename(name, to: other, in: root) {
      case nil: return other
      case .noSuchFileOrDirectory?: return nil
      case .fileExists?: continue
      case let error?:
        throw FileError(root.path.pushing(name), "cannot be moved aside", error)
      }
    }
    throw FileError(root.path.pushing(name), "cannot be moved aside", .fileExists)
  }
}
