import PCSCore
package import SystemPackage

/// What is mounted, as `proc_pid_mountinfo(5)` tells it.
package enum MountTable {
  package struct Mount: Sendable, Equatable {
    /// What `statx(2)` and `/proc/self/fdinfo` call it.
    package let id: Int
    /// What of the file system is mounted, from the file system's own root.
    package let root: FilePath
    package let point: FilePath
    /// The file system's type, such as `btrfs`.
    package let type: String
  }

  package static func read() throws -> [Mount] {
    parse(try FileContent.read("/proc/self/mountinfo", limit: 16 << 20))
  }

  package static func parse(_ table: [UInt8]) -> [Mount] {
    table.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let fields = line.split(separator: UInt8(ascii: " "))
      // The optional fields end with a lone hyphen.
      guard fields.count >= 5,
        let hyphen = fields.firstIndex(where: { Array($0) == [UInt8(ascii: "-")] }),
        hyphen + 1 < fields.count, let id = Int(String(decoding: fields[0], as: UTF8.self))
      else { return nil }
      return Mount(
        id: id, root: FilePath(bytes: OctalEscapes.undone(fields[3])),
        point: FilePath(bytes: OctalEscapes.undone(fields[4])),
        type: String(decoding: fields[hyphen + 1], as: UTF8.self))
    }
  }

  /// The ids of the subvolumes of a file system that are mounted, with a place of each.
  package static func subvolumes(of fileSystem: UUID) throws -> [UInt64: FilePath] {
    var found: [UInt64: FilePath] = [:]
    for mount in try read() where mount.type == "btrfs" {
      // A mount point may be a file, or hidden by a later mount: then it tells nothing.
      guard let directory = try? Directory(mount.point),
        let holder = try? FileSystem(holding: directory), holder.id == fileSystem
      else { continue }
      found[try Subvolume.id(holding: directory)] = mount.point
    }
    return found
  }
}
