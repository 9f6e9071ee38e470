import Btrfs
import PCSCore
import SystemPackage

/// The section `btrfs_snapshots` of the configuration.
struct SnapshotSettings: Sendable, Equatable {
  var subvolumes: SubvolumeChoice
  /// What the enabled modules read and write; `/home` when that is nothing.
  var folders: [FilePath]
  var directory: FilePath
  var keepRecent: Int
  /// In days.
  var maximumAge: Int

  init(_ section: JSON?, folders: [FilePath] = []) {
    subvolumes = SubvolumeChoice(section?["subvolumes"]) ?? .auto
    self.folders = folders.isEmpty ? ["/home"] : folders
    directory =
      section?["snapshot_dir"]?.string.map { FilePath($0) } ?? SnapshotDirectory.defaultPath
    keepRecent = section?["keep_recent"]?.integer.map { Int($0) } ?? 3
    maximumAge = section?["max_age_days"]?.integer.map { Int($0) } ?? 7
  }

  /// What `pcs-config` prints; nil when there is no configuration file, or no such tool.
  static func configured() async throws -> SnapshotSettings? {
    guard exists(Places.tool("pcs-config")) else { return nil }
    let configuration = try SyncConfiguration(parsing: try await ask("show"))
    if configuration.configPath == nil { return nil }
    let folders = try JSON(parsing: try await ask("folders"))["folders"]?.array ?? []
    return SnapshotSettings(
      configuration.section(of: BtrfsSnapshotModule.name),
      folders: folders.compactMap { $0["path"]?.string }.map { FilePath($0) })
  }

  private static func ask(_ verb: String) async throws -> [UInt8] {
    let child = ChildProcess(Places.tool("pcs-config"), [verb, "--format", "json"])
    let (status, output, error) = try await child.capture()
    guard status == .exited(0) else {
      throw SyncError(
        "the configuration cannot be used: "
          + String(decoding: error.split(separator: UInt8(ascii: "\n")).last ?? [], as: UTF8.self),
        id: "config.invalid",
        hint: "'pcs-config check' shows every error; --snapshot-dir and --subvolume do without it",
        exitStatus: ExitStatus(rawValue: status.code) ?? .configuration)
    }
    return output
  }

  private static func exists(_ path: FilePath) -> Bool {
    (try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec]).close()) != nil
  }
}
