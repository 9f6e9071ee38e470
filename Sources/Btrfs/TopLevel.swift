import CBtrfs
import CLinux
package import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// The top level of a btrfs file system (subvolume 5), reached through a mount of its own.
///
/// The mount is detached: it has no place in the tree of directories, every thread sees it, and
/// the kernel takes it away with the last descriptor, however this process ends.
package struct TopLevel: Sendable {
  package enum Access: Sendable {
    case reading
    /// Refused where the file system is mounted read-only.
    case writing
  }

  package let root: Directory
  package let fileSystem: FileSystem

  /// Mounts the top level of the file system that holds `directory`, as `fsmount(2)` does; reading
  /// through it does not change access times.
  package init(of directory: Directory, for access: Access = .reading) throws(BtrfsError) {
    guard Places.isRoot else { throw .needsRoot }
    let fileSystem = try FileSystem(holding: directory)
    guard let device = fileSystem.devices.lazy.compactMap(\.path).first else {
      throw .failed(
        directory.path, what: "no device of its file system is there", Errno(rawValue: ENODEV))
    }
    let root = Directory(
      owning: FileDescriptor(rawValue: try Self.mount(device, access)),
      path: FilePath("top level of \(device)"))
    guard try FileSystem(holding: root).id == fileSystem.id else {
      throw .failed(
        device, what: "holds another file system than \(directory.path)", Errno(rawValue: ENODEV))
    }
    if access == .writing, try root.isReadOnly { throw .readOnly(directory.path) }
    self.root = root
    self.fileSystem = fileSystem
  }

  /// Without `ro` a super block that is read-only would become writable, and stay so: the kernel
  /// lends the mount the super block there is, and makes that writable where the mount asks for it.
  private static func mount(
    _ device: FilePath, _ access: Access
  ) throws(BtrfsError) -> CInt {
    let what = "cannot mount its top level"
    let context = try BtrfsError.check(device, what, pcs_fsopen("btrfs"))
    defer { close(context) }
    let source = device.string
    try BtrfsError.check(device, what, pcs_fsconfig_string(context, "source", source))
    try BtrfsError.check(device, what, pcs_fsconfig_string(context, "subvolid", "5"))
    try BtrfsError.check(device, what, pcs_fsconfig_flag(context, "ro"))
    try BtrfsError.check(device, what, pcs_fsconfig_create(context))
    // MOUNT_ATTR_NOATIME, MOUNT_ATTR_RDONLY
    let attributes: UInt32 = access == .reading ? 0x11 : 0x10
    let mount = try BtrfsError.check(device, what, pcs_fsmount(context, attributes))
    defer { close(mount) }
    // What fsmount(2) returns is good for names only (O_PATH).
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
    return try BtrfsError.check(device, what, openat(mount, ".", flags))
  }

  /// Opens the subvolume called `name` here, mounted or not.
  package func subvolume(_ name: String) throws(BtrfsError) -> (Directory, Subvolume) {
    guard let directory = try root.opening(name, as: FilePath(name)) else {
      throw .missing(FilePath(name))
    }
    return (directory, try Subvolume(at: directory))
  }
}

extension TopLevel {
  /// The subvolumes that rollbacks have put aside here.
  package func rolledBack() throws -> [(name: RolledBackName, subvolume: Subvolume)] {
    var found: [(name: RolledBackName, subvolume: Subvolume)] = []
    for text in try root.names() {
      guard let name = RolledBackName(text), let directory = try root.opening(text) else {
        continue
      }
      if try Subvolume.isRoot(directory) { found.append((name, try Subvolume(at: directory))) }
    }
    return found
  }
}
