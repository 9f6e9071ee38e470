import Glibc
package import SystemPackage

/// What two paths have in common exactly when they share their room.
package enum FileSystemIdentity: Hashable, Sendable {
  /// Each subvolume has a device number of its own, so btrfs goes by its id.
  case btrfs(UUID)
  case device(UInt64)

  package init(of path: FilePath) throws {
    let descriptor = try FileDescriptor.open(
      path, .readOnly, options: [.closeOnExec, .nonBlocking])
    defer { try? descriptor.close() }
    if try FileSystem.isBtrfs(descriptor, path) {
      self = .btrfs(try FileSystem(holding: descriptor, path).id)
      return
    }
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    self = .device(UInt64(status.st_dev))
  }
}
