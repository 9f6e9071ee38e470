import Btrfs
import Glibc
import PCSCore
package import SystemPackage

/// Where rsync keeps unfinished files on the target: a directory of root's at the top of the live
/// subvolume, so that a finished file is put in place by one rename.
///
/// Whatever ends a sync, unfinished files are in there and nowhere else.
package struct StageDirectory: Sendable {
  package static let name = ".pcs-stage"

  package let path: FilePath

  package init(_ path: FilePath) {
    self.path = path
  }

  package var isThere: Bool {
    get throws {
      var status = stat()
      if path.withPlatformString({ lstat($0, &status) }) == 0 { return true }
      guard errno == ENOENT else {
        throw FileError(path, "cannot look at", Errno(rawValue: errno))
      }
      return false
    }
  }

  /// Makes it, empty; the parent's times are touched.
  package func make() throws {
    try remove()
    guard path.withPlatformString({ mkdir($0, 0o700) }) == 0 else {
      throw FileError(path, "cannot make", Errno(rawValue: errno))
    }
  }

  /// Removes it with the files in it, and gives its parent the times it had before.
  package func remove() throws {
    let parent = try Directory(path.removingLastComponent())
    let times = try parent.status
    guard let stage = try parent.opening(Self.name) else { return }
    let status = try stage.status
    guard status.st_uid == 0, status.st_mode & 0o022 == 0 else {
      throw FileError(path, "is not a directory of root's alone", .notPermitted)
    }
    try empty(stage)
    guard unlinkat(parent.descriptor.rawValue, Self.name, AT_REMOVEDIR) == 0 else {
      throw FileError(path, "cannot remove", Errno(rawValue: errno))
    }
    guard futimens(parent.descriptor.rawValue, [times.st_atim, times.st_mtim]) == 0 else {
      throw FileError(parent.path, "cannot set its times", Errno(rawValue: errno))
    }
  }

  /// rsync makes no directories in it.
  private func empty(_ stage: Directory) throws {
    guard let stream = fdopendir(dup(stage.descriptor.rawValue)) else {
      throw FileError(path, "cannot read", Errno(rawValue: errno))
    }
    defer { closedir(stream) }
    var names: [FilePath] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath(platformString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    for name in names {
      guard name.withPlatformString({ unlinkat(stage.descriptor.rawValue, $0, 0) }) == 0 else {
        throw FileError(path.pushing(name), "cannot remove", Errno(rawValue: errno))
      }
    }
  }
}
