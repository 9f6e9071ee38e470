import PCSCore
import SystemPackage

/// Which subvolumes a session takes snapshots of, from the configuration it runs with.
enum SnapshotConfiguration {
  /// The default of `btrfs_snapshots.subvolumes`.
  private static let usual = ["@home"]

  static func subvolumes(of session: SyncSession) async throws -> [String] {
    guard let path = session.configPath else { return usual }
    let child = ChildProcess(
      Places.tool("pcs-config"), ["show", "--format", "json", "--config", path])
    let (status, output, error) = try await child.capture()
    guard status == .exited(0) else {
      let said = String(decoding: error, as: UTF8.self).split(separator: "\n").last ?? ""
      throw SyncError("\(path): cannot be read: \(said)", exitStatus: .configuration)
    }
    let section = try SyncConfiguration(parsing: output).section(of: ModuleCatalog.snapshots)
    return section["subvolumes"]?.array?.compactMap(\.string) ?? usual
  }
}
