import PCSCore
import SystemPackage

/// The mounts of the next boot: `fstab` of this system and of the snapshots that come back, and the
/// kernel's command line.
struct MountingTables {
  private let tables: [(path: FilePath, content: [UInt8])]

  init(of snapshots: [String]) throws {
    tables = try (["/"] + snapshots).compactMap { root in
      let path = FilePath(root).appending("etc").appending("fstab")
      return try Self.content(path).map { (path, $0) }
    }
  }

  /// The table that names a subvolume by number; nil when none does.
  func naming(_ id: UInt64, of fileSystem: UUID) throws -> FilePath? {
    let table = tables.first {
      MountBySubvolumeID.isNamed(id, of: fileSystem, inTable: $0.content)
    }
    if let table { return table.path }
    let line = String(decoding: try FileContent.read("/proc/cmdline"), as: UTF8.self)
    return MountBySubvolumeID.isNamed(id, inCommandLine: line) ? "/proc/cmdline" : nil
  }

  /// nil where there is no such file.
  private static func content(_ path: FilePath) throws -> [UInt8]? {
    do {
      return try FileContent.read(path)
    } catch {
      if error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory { return nil }
      throw error
    }
  }
}
