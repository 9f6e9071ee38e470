import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// The files that the kernel swaps to.
package enum SwapFiles {
  /// The paths in `proc_swaps(5)` that are files; what its escapes mean included.
  package static func paths(in table: [UInt8]) -> [FilePath] {
    table.split(separator: UInt8(ascii: "\n")).dropFirst().compactMap { line in
      let fields = line.split(whereSeparator: {
        $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
      })
      guard fields.count >= 2, Array(fields[1]) == Array("file".utf8) else { return nil }
      return FilePath(bytes: OctalEscapes.undone(fields[0]))
    }
  }

  /// The active swap file in one of the subvolumes `ids` of a file system, by the subvolume's id.
  package static func active(
    in ids: Set<UInt64>, of fileSystem: UUID
  ) throws -> [UInt64: FilePath] {
    var found: [UInt64: FilePath] = [:]
    for path in paths(in: try FileContent.read("/proc/swaps")) {
      // A path of another mount namespace cannot be opened here; btrfs itself refuses then.
      guard let folder = try? Directory(path.removingLastComponent()),
        let holder = try? FileSystem(holding: folder), holder.id == fileSystem
      else { continue }
      let id = try Subvolume.id(holding: folder)
      if ids.contains(id), isActive(path, in: folder) { found[id] = path }
    }
    return found
  }

  /// Whether the file itself is swapped to, and not one of this path on another device, in another
  /// mount namespace: writing to it, even nothing at all, is refused with ETXTBSY then.
  private static func isActive(_ path: FilePath, in folder: Directory) -> Bool {
    guard let name = path.lastComponent.map({ FilePath(root: nil, [$0]) }) else { return false }
    let flags = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let file = name.withPlatformString { openat(folder.descriptor.rawValue, $0, flags) }
    guard file >= 0 else { return errno == ETXTBSY }
    defer { close(file) }
    return pwrite(file, "", 0, 0) < 0 && errno == ETXTBSY
  }
}

/// `\040` and the like, in the tables of procfs.
enum OctalEscapes {
  static func undone(_ text: some Collection<UInt8>) -> [UInt8] {
    let text = Array(text)
    var result: [UInt8] = []
    var index = 0
    while index < text.count {
      if text[index] == UInt8(ascii: "\\"), index + 3 < text.count,
        let value = UInt8(
          String(decoding: text[(index + 1)...(index + 3)], as: UTF8.self), radix: 8)
      {
        result.append(value)
        index += 4
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }
}
