package import FileTrees
import PCSCore
package import SystemPackage

/// What is mounted, as `proc_pid_mountinfo(5)` tells it.
package enum MountTable {
  package struct Mount: Sendable, Equatable {
    /// What `statx(2)` and `/proc/self/fdinfo` call it.
    package let id: Int
    /// The mount that its mount point lies on.
    package let parent: Int
    /// The number of the file system's device, such as `0:44`; on btrfs the same for all subvolumes.
    package let device: String
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
        hyphen + 1 < fields.count, let id = Int(String(decoding: fields[0], as: UTF8.self)),
        let parent = Int(String(decoding: fields[1], as: UTF8.self))
      else { return nil }
      return Mount(
        id: id, parent: parent, device: String(decoding: fields[2], as: UTF8.self),
        root: FilePath(bytes: OctalEscapes.undone(fields[3])),
        point: FilePath(bytes: OctalEscapes.undone(fields[4])),
        type: String(decoding: fields[hyphen + 1], as: UTF8.self))
    }
  }

  /// Where something is mounted on the directory at a path from the root of a file system: there the
  /// kernel refuses to rename it.
  package static func point(on path: FilePath, of device: String, in table: [Mount]) -> FilePath? {
    let place = FilePath("/").pushing(path)
    return table.first { mount in
      guard let parent = table.first(where: { $0.id == mount.parent }), parent.device == device,
        mount.id != parent.id
      else { return false }
      var below = mount.point
      return below.removePrefix(parent.point) && parent.root.pushing(below) == place
    }?.point
  }

  /// The id of the mount through which a directory was opened, from `/proc/self/fdinfo`.
  package static func id(of directory: Directory) throws -> Int? {
    let path = FilePath("/proc/self/fdinfo/\(directory.descriptor.rawValue)")
    let text = String(decoding: try FileContent.read(path), as: UTF8.self)
    return text.split(separator: "\n").lazy.filter { $0.hasPrefix("mnt_id:") }
      .compactMap { Int($0.dropFirst(7).filter { !$0.isWhitespace }) }.first
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
