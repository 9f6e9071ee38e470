import Glibc
import PCSCore
package import SystemPackage

/// Removes a tree, however deep it is, with few directories open at a time.
package enum TreeRemoval {
  /// Removes `name` with everything in it, and follows no link.
  ///
  /// Nothing at `name` is no error.
  package static func remove(_ name: FilePath, in directory: Directory) throws {
    if try unlink(name, in: directory) { return }
    guard let top = try EntryTree(directory).directory(at: name) else { return }
    var number = 0
    while true {
      let names = try top.entries()
      if names.isEmpty { break }
      for name in names where try !unlink(name, in: top) {
        try flatten(name, in: top, &number)
        try removeEmpty(name, in: top)
      }
    }
    try removeEmpty(name, in: directory)
  }

  /// Removes everything in a directory; the directories in it come to the top of the tree.
  private static func flatten(
    _ name: FilePath, in top: Directory, _ number: inout Int
  ) throws {
    guard let inner = try EntryTree(top).directory(at: name) else { return }
    for entry in try inner.entries() where try !unlink(entry, in: inner) {
      try moveUp(entry, from: inner, to: top, &number)
    }
  }

  /// Returns whether nothing is there any more; false for a directory.
  private static func unlink(
    _ name: FilePath, in directory: Directory
  ) throws(FileError) -> Bool {
    let result = name.withPlatformString { unlinkat(directory.descriptor.rawValue, $0, 0) }
    if result == 0 || errno == ENOENT { return true }
    if errno == EISDIR { return false }
    throw FileError(directory.path.pushing(name), "cannot remove", Errno(rawValue: errno))
  }

  private static func removeEmpty(_ name: FilePath, in directory: Directory) throws(FileError) {
    let result = name.withPlatformString {
      unlinkat(directory.descriptor.rawValue, $0, AT_REMOVEDIR)
    }
    guard result == 0 else {
      throw FileError(directory.path.pushing(name), "cannot remove", Errno(rawValue: errno))
    }
  }

  private static func moveUp(
    _ name: FilePath, from inner: Directory, to top: Directory, _ number: inout Int
  ) throws(FileError) {
    while true {
      let free = FilePath(".removed-\(number)")
      number += 1
      guard let error = inner.rename(name, to: free, in: top) else { return }
      if error != .fileExists { throw FileError(inner.path.pushing(name), "cannot remove", error) }
    }
  }
}
