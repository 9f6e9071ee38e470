import Btrfs
import PCSCore
import SystemPackage

/// The section `btrfs_snapshots` of the configuration.
struct SnapshotSettings: Sendable, Equatable {
  var subvolumes: [String]
  var directory: FilePath
  var keepRecent: Int
  /// In days.
  var maximumAge: Int

  init(_ section: JSON?) {
    subvolumes = section?["subvolumes"]?.array?.compactMap(\.string) ?? ["@home"]
    directory =
      section?["snapshot_dir"]?.string.map { FilePath($0) } ?? SnapshotDirectory.defaultPath
    keepRecent = section?["keep_recent"]?.integer.map { Int($0) } ?? 3
    maximumAge = section?["max_age_days"]?.integer.map { Int($0) } ?? 7
  }

  /// What `pcs-config show` says; nil when there is no configuration file, or no such tool.
  static func configured() async throws -> SnapshotSettings? {
    let tool = Places.tool("pcs-config")
    guard exists(tool) else { return nil }
    let child = ChildProcess(tool, ["show"])
    let (status, output, error) = try await child.capture()
    guard status == .exited(0) else {
      throw SyncError(
        "the configuration cannot be used: "
          + String(decoding: error.split(separator: UInt8(ascii: "\n")).last ?? [], as: UTF8.self),
        id: "config.invalid",
        hint: "'pcs-config check' shows every error; --snapshot-dir and --subvolume do without it",
        exitStatus: ExitStatus(rawValue: status.code) ?? .configuration)
    }
    let configuration = try SyncConfiguration(parsing: output)
    if configuration.configPath == nil { return nil }
    return SnapshotSettings(configuration.section(of: BtrfsSnapshotModule.name))
  }

  private static func exists(_ path: FilePath) -> Bool {
    (try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec]).close()) != nil
  }
}
