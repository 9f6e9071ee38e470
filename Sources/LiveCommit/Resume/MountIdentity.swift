import Btrfs
import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// Identifies one mount of a btrfs file system.
///
/// As long as it lasts, a file that was written is read back as it was, synced or not. After a
/// crash, or after its disk was unplugged, a file that was not synced may be shorter or have holes.
enum MountIdentity {
  /// The boot, and the inode of the file system's directory in sysfs(5): each mount makes a new one.
  static func of(_ directory: Directory) throws -> String {
    let boot = try FileContent.read("/proc/sys/kernel/random/boot_id", limit: 4096)
    let text = String(decoding: boot.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    var status = stat()
    let id = try FileSystem(holding: directory).id
    let result = FilePath("/sys/fs/btrfs/\(id)").withPlatformString { stat($0, &status) }
    return result == 0 ? "\(text) \(status.st_ino)" : text
  }
}
