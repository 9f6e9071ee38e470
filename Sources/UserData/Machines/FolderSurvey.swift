import Btrfs
import CLinux
import FileTrees
import FoundationEssentials
import Glibc
package import PCSCore
package import SystemPackage

/// What one machine knows of a folder; found without changing anything.
package struct FolderSurvey: Codable, Sendable, Equatable {
  private var folderBytes: Data
  /// Why it cannot be synced.
  package var problem: String?
  private var subvolumeBytes = Data()
  private var insideBytes = Data()
  private var exceptionBytes: [Data] = []
  /// The file system's id.
  package var fileSystem = ""
  /// The subvolume's id there.
  package var subvolumeID: UInt64 = 0
  private var homeBytes: [Data] = []
  /// Why nothing can be written there, with the command that mends it.
  package var readOnly: String?
  /// What may still be written there, in bytes.
  package var available: UInt64 = 0
  package var owner: UInt32 = 0
  package var group: UInt32 = 0
  /// What is known of snaps; looked for apart, since a folder has to be read for that.
  package var snaps: SnapSurvey?
  /// What is known of the state databases of code editors; looked for with the snaps.
  package var states: StateSurvey?

  package var folder: FilePath { FilePath(bytes: folderBytes) }
  /// The subvolume's path from the top level.
  package var subvolume: FilePath { FilePath(bytes: subvolumeBytes) }
  /// The home directories below the folder that are subvolumes of their own.
  package var homes: [FilePath] { homeBytes.map { FilePath(bytes: $0) } }
  package var identity: SubvolumeIdentity {
    SubvolumeIdentity(fileSystem: fileSystem, id: subvolumeID)
  }
  /// The name of the subvolume, as its snapshots have it.
  package var name: String { SubvolumeName.of(subvolume) ?? "" }
  /// The folder's path from the subvolume's root.
  package var inside: FilePath { FilePath(bytes: insideBytes) }
  /// Subvolumes and mounts below the folder, relative to it.
  package var exceptions: [FilePath] { exceptionBytes.map { FilePath(bytes: $0) } }

  package init(of folder: FilePath) {
    folderBytes = Data(folder.bytes)
    do {
      try look(folder)
    } catch let error as any ToolError {
      problem = error.description
    } catch {
      problem = "\(folder): \(error)"
    }
  }

  private mutating func look(_ folder: FilePath) throws {
    let directory = try Self.open(folder)
    let fileSystem = try FileSystem(holding: directory)
    let subvolume = try Subvolume(Subvolume.id(holding: directory), seenFrom: directory)
    let mounts = try MountTable.read()
    let id = try MountTable.id(of: directory)
    guard let mount = mounts.last(where: { $0.id == id }),
      let place = FolderPlace(
        folder: folder, mounted: mount.root, at: mount.point,
        subvolume: try subvolume.path(seenFrom: directory))
    else {
      problem = "\(folder): its place in the file system cannot be found in the mount table"
      return
    }
    guard SubvolumeName.of(place.subvolume) != nil else {
      problem = SnapshotError.unnamed(folder).description
      return
    }
    subvolumeID = subvolume.id
    homeBytes = HomeSubvolumes.below([folder]).map { Data($0.bytes) }
    readOnly = try Self.reasonNotToWrite(directory, subvolume, mount.point, place)
    subvolumeBytes = Data(place.subvolume.bytes)
    insideBytes = Data(place.inside.bytes)
    let nested = try subvolume.nestedPaths(seenFrom: directory)
    let foreign =
      FolderPlace.outermost(nested, below: place.inside)
      + FolderPlace.outermost(mounts.map(\.point), below: folder)
    exceptionBytes = FolderPlace.outermost(foreign, below: "").map { Data($0.bytes) }
    self.fileSystem = "\(fileSystem.id)"
    available = try DiskSpace(at: folder).available
    var status = stat()
    guard fstat(directory.descriptor.rawValue, &status) == 0 else {
      throw FolderError(folder: folder, errno: Errno(rawValue: errno))
    }
    (owner, group) = (status.st_uid, status.st_gid)
  }

  /// Opens a folder; a link in its place or on the way is refused.
  static func open(_ folder: FilePath) throws -> Directory {
    let raw = folder.withPlatformString {
      pcs_openat2(
        AT_FDCWD, $0, UInt64(O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0, UInt64(RESOLVE_NO_SYMLINKS))
    }
    guard raw >= 0 else { throw FolderError(folder: folder, errno: Errno(rawValue: errno)) }
    return Directory(owning: FileDescriptor(rawValue: raw), path: folder)
  }

  private static func reasonNotToWrite(
    _ directory: Directory, _ subvolume: Subvolume, _ mountPoint: FilePath, _ place: FolderPlace
  ) throws -> String? {
    if subvolume.isReadOnly {
      var root = directory.path
      if root.ends(with: place.inside) {
        for _ in place.inside.components { root.removeLastComponent() }
      }
      return "\(directory.path): its subvolume '\(place.subvolume)' is read-only:"
        + " make it writable with: btrfs property set -ts \(root) ro false"
    }
    if try directory.isReadOnly {
      return "\(directory.path): mounted read-only:"
        + " make it writable with: mount -o remount,rw \(mountPoint)"
    }
    return nil
  }
}

/// A folder that cannot be opened.
struct FolderError: ToolError, Equatable {
  let folder: FilePath
  let errno: Errno

  var id: String { "user_data.folder" }
  var description: String {
    switch errno {
    case .noSuchFileOrDirectory: "\(folder): does not exist"
    case .tooManySymbolicLinkLevels: "\(folder): is a symbolic link, or lies behind one"
    case .notDirectory: "\(folder): is not a directory"
    default: "\(folder): cannot open: \(errno)"
    }
  }
}
