import Glibc
import PCSCore
package import SystemPackage

/// Removes what a copy that failed has left.
package enum TreeRemoval {
  package static func remove(_ name: FilePath, in directory: Directory) throws {
    let folder = directory.descriptor.rawValue
    if name.withPlatformString({ unlinkat(folder, $0, 0) }) == 0 { return }
    if errno == ENOENT { return }
    if let inner = try directory.beneath(name) {
      for entry in try inner.entries() { try remove(entry, in: inner) }
    }
    let result = name.withPlatformString { unlinkat(folder, $0, AT_REMOVEDIR) }
    try BtrfsError.check(directory.path.pushing(name), "cannot remove", result)
  }
}
