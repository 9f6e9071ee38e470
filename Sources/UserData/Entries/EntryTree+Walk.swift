import Btrfs
import Glibc
import PCSCore
package import SystemPackage

extension EntryTree {
  /// Hands on every path below `path`, a directory before what is in it; nothing when `path` is
  /// no directory.
  ///
  /// Looks at names and kinds alone, which costs a fraction of reading entries.
  package func walk(
    _ path: FilePath, _ body: (_ path: FilePath, _ isDirectory: Bool) throws -> Void
  ) throws {
    guard let directory = try directory(at: path) else { return }
    for (name, isDirectory) in try Self.list(directory) {
      let below = path.pushing(name)
      try body(below, isDirectory)
      if isDirectory { try walk(below, body) }
    }
  }

  /// Whether anything but directories is in it; looks no further than to the first.
  package func hasMoreThanDirectories(below path: FilePath = "") throws -> Bool {
    guard let directory = try directory(at: path) else { return false }
    let names = try Self.list(directory)
    if names.contains(where: { !$0.isDirectory }) { return true }
    return try names.contains { try hasMoreThanDirectories(below: path.pushing($0.name)) }
  }

  private static func list(
    _ directory: Directory
  ) throws(FileError) -> [(name: FilePath, isDirectory: Bool)] {
    let raw = openat(directory.descriptor.rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0, let stream = fdopendir(raw) else {
      throw FileError(directory.path, "cannot read", Errno(rawValue: errno))
    }
    defer { closedir(stream) }
    var found: [(FilePath, Bool)] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath(platformString: $0) }
      }
      if name != ".", name != ".." { found.append((name, entry.pointee.d_type == DT_DIR)) }
    }
    guard errno == 0 else {
      throw FileError(directory.path, "cannot read", Errno(rawValue: errno))
    }
    return found
  }
}
