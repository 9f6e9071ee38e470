import CLinux
package import Glibc
import PCSCore
package import SystemPackage

/// A tree as a test sees it, through plain system calls.
package struct FileTree {
  package let root: FilePath
  private let prefix: [CChar]

  package init(root: FilePath) {
    self.root = root
    prefix = root.bytes.map { CChar(bitPattern: $0) } + [CChar(UInt8(ascii: "/"))]
  }

  /// The inode number of the empty directory that stands for a nested subvolume
  /// (`BTRFS_EMPTY_SUBVOL_DIR_OBJECTID`), and of a subvolume's root.
  package static let stub: UInt64 = 2
  package static let subvolume: UInt64 = 256

  package func full(_ path: FilePath) -> FilePath { root.pushing(path) }

  /// The same for a system call; `FilePath.pushing` takes long in a debug build.
  package func with<Value>(
    _ path: FilePath, _ body: (UnsafePointer<CChar>) throws -> Value
  ) rethrows -> Value {
    let below =
      path.isEmpty
      ? [] : path.withPlatformString { Array(UnsafeBufferPointer(start: $0, count: path.length)) }
    return try (prefix + below + [0]).withUnsafeBufferPointer { buffer in
      try buffer.baseAddress.map(body)
    } ?? body("")
  }

  package func status(_ path: FilePath) -> stat? {
    var status = stat()
    let result = with(path) { lstat($0, &status) }
    return result == 0 ? status : nil
  }

  /// Every path below the root, parents first, without what is in nested subvolumes.
  package func paths() throws -> [FilePath] {
    var found: [FilePath] = []
    var waiting: [FilePath] = [""]
    while let directory = waiting.popLast() {
      for name in try names(directory).sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) })
      {
        let path = directory.pushing(name)
        guard let status = status(path) else { throw Errno(rawValue: errno) }
        if [Self.stub, Self.subvolume].contains(UInt64(status.st_ino)) { continue }
        found.append(path)
        if status.st_mode & S_IFMT == S_IFDIR { waiting.append(path) }
      }
    }
    return found
  }

  package func names(_ directory: FilePath) throws -> [FilePath] {
    guard let stream = with(directory, { opendir($0) }) else {
      throw Errno(rawValue: errno)
    }
    defer { closedir(stream) }
    var names: [FilePath] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath(platformString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  package func content(_ path: FilePath) throws -> [UInt8] {
    try FileContent.read(full(path), limit: 64 << 20)
  }

  package func target(_ path: FilePath) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let length = with(path) { path in
      buffer.withUnsafeMutableBufferPointer { buffer in
        buffer.withMemoryRebound(to: CChar.self) { space in
          space.baseAddress.map { readlink(path, $0, space.count) } ?? -1
        }
      }
    }
    return Array(buffer.prefix(max(0, length)))
  }

  /// The extended attributes, a link's own too.
  package func attributes(_ path: FilePath) -> [[UInt8]: [UInt8]] {
    with(path) { path in
      var list = [CChar](repeating: 0, count: 1024)
      let length = max(0, llistxattr(path, &list, list.count))
      var found: [[UInt8]: [UInt8]] = [:]
      for name in list.prefix(length).split(separator: 0) {
        var value = [UInt8](repeating: 0, count: 1024)
        let size = lgetxattr(path, Array(name) + [0], &value, value.count)
        found[name.map { UInt8(bitPattern: $0) }] = Array(value.prefix(max(0, size)))
      }
      return found
    }
  }
}

extension FileTree {
  /// Everything about a path that can be seen.
  package func facts(_ path: FilePath) throws -> String {
    guard let status = status(path) else { throw Errno(rawValue: errno) }
    let kind = status.st_mode & S_IFMT
    var facts = "mode \(String(status.st_mode, radix: 8)) owner \(status.st_uid):\(status.st_gid)"
    facts += " time \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) device \(status.st_rdev)"
    for (name, value) in attributes(path).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      facts += " \(String(decoding: name, as: UTF8.self))=\(value)"
    }
    if kind == S_IFREG {
      let content = try content(path)
      var hash = Hasher()
      content.withUnsafeBytes { hash.combine(bytes: $0) }
      facts += " size \(content.count) hash \(hash.finalize())"
    }
    if kind == S_IFLNK { facts += " to \(target(path))" }
    return facts
  }

  /// The facts of every path, and which paths are one file.
  package func manifest() throws -> [FilePath: String] {
    var manifest = [FilePath("."): try facts(".")]
    var first: [UInt64: FilePath] = [:]
    let paths = try paths().sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    for path in paths {
      var facts = try facts(path)
      if let status = status(path), status.st_mode & S_IFMT != S_IFDIR {
        let one = first[UInt64(status.st_ino)] ?? path
        first[UInt64(status.st_ino)] = one
        facts += " file \(one)"
      }
      manifest[path] = facts
    }
    return manifest
  }
}
