import FileTrees
import Glibc
import SystemPackage

/// What pc-switcher keeps in people's homes, and no sync carries: configurations and logs.
enum OwnFiles {
  private static let folders = [
    ".config/pc-switcher", ".local/share/pc-switcher", ".local/share/pc-switcher/logs",
  ].map { FilePath($0) }

  /// Their inodes, and those of their folders, in the subvolume whose root is open.
  ///
  /// No link in a home is followed: what lies behind one is its owner's work.
  static func inodes(below root: Directory) throws(BtrfsError) -> Set<UInt64> {
    let device = try root.status.st_dev
    var found: Set<UInt64> = []
    for home in homes().compactMap({ try? Directory($0) }) {
      for folder in folders.compactMap({ try? home.beneath($0) }) {
        for name in [FilePath(".")] + (try folder.entries()) {
          var status = stat()
          let result = name.withPlatformString {
            fstatat(folder.descriptor.rawValue, $0, &status, AT_SYMLINK_NOFOLLOW)
          }
          if result == 0, status.st_dev == device { found.insert(UInt64(status.st_ino)) }
        }
      }
    }
    return found
  }

  private static func homes() -> Set<FilePath> {
    var homes: Set<FilePath> = []
    setpwent()
    defer { endpwent() }
    while let entry = getpwent() {
      homes.insert(FilePath(platformString: entry.pointee.pw_dir))
    }
    return homes
  }
}
