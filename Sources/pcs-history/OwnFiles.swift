import Glibc
import PCSCore
import SystemPackage

/// What pc-switcher keeps in people's homes, and no sync carries: configurations and logs.
enum OwnFiles {
  private static let folders = [
    ".config/pc-switcher", ".local/share/pc-switcher", ".local/share/pc-switcher/logs",
  ].map { FilePath($0) }

  /// Their inodes, and those of their folders, in the subvolume that is open as `root`.
  static func inodes(below root: FileDescriptor) -> Set<UInt64> {
    var status = stat()
    guard fstat(root.rawValue, &status) == 0 else { return [] }
    let device = status.st_dev
    var found: Set<UInt64> = []
    for folder in homes().flatMap({ home in folders.map { home.appending($0.components) } }) {
      let names = (try? DirectoryListing.names(of: folder)) ?? []
      for path in [folder] + names.map({ folder.appending($0) }) {
        guard path.withPlatformString({ lstat($0, &status) }) == 0, status.st_dev == device else {
          continue
        }
        found.insert(UInt64(status.st_ino))
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
