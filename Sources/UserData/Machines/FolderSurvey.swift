import Btrfs
import CLinux
import FoundationEssentials
import Glibc
import PCSCore
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
  /// What may still be written there, in bytes.
  package var available: UInt64 = 0
  package var owner: UInt32 = 0
  package var group: UInt32 = 0

  package var folder: FilePath { FilePath(bytes: folderBytes) }
  /// The subvolume's path from the top level.
  package var subvolume: FilePath { FilePath(bytes: subvolumeBytes) }
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
    let id = try Self.mountID(of: directory)
    guard let mount = mounts.last(where: { $0.id == id }),
      let place = FolderPlace(
        folder: folder, mounted: mount.root, at: mount.point,
        subvolume: try subvolume.path(seenFrom: directory))
    else {
      problem = "\(folder): its place in the file system cannot be found in the mount table"
      return
    }
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

  private static func mountID(of directory: Directory) throws -> Int? {
    let path = FilePath("/proc/self/fdinfo/\(directory.descriptor.rawValue)")
    let text = String(decoding: try FileContent.read(path), as: UTF8.self)
    return text.split(separator: "\n").lazy.filter { $0.hasPrefix("mnt_id:") }
      .compactMap { Int($0.dropFirst(7).filter { !$0.isWhitespace }) }.first
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
