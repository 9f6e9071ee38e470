import ArgumentParser
import Btrfs
import PCSCore
import PCSTool
import SystemPackage

/// Which subvolumes, and where their snapshots are.
struct SnapshotOptions: ParsableArguments {
  @Option(
    name: .customLong("subvolume"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Subvolumes by their flat names. (default: the configuration's)", valueName: "name"))
  var subvolumes: [String] = []

  @OptionGroup var place: SnapshotPlace

  /// The subvolumes and the directory that the options or else the configuration name.
  func resolved(_ reporter: Reporter) async throws -> (subvolumes: [String], directory: FilePath) {
    for name in subvolumes { try FlatName.check(name) }
    if !subvolumes.isEmpty, let directory = place.directory { return (subvolumes, directory) }
    let settings = try await SnapshotSettings.configured()
    let directory = place.directory ?? settings?.directory ?? SnapshotDirectory.defaultPath
    let names = subvolumes.isEmpty ? settings?.subvolumes ?? ["@home"] : subvolumes
    if settings == nil {
      reporter.log(
        .info,
        "No configuration file: using \(names.joined(separator: ", "))"
          + " and the snapshot directory \(directory)")
    }
    return (names, directory)
  }
}

/// Where snapshots are.
struct SnapshotPlace: ParsableArguments {
  @Option(
    name: .customLong("snapshot-dir"),
    help: ArgumentHelp(
      "Where snapshots are. (default: the configuration's, or /.snapshots)",
      valueName: "dir"))
  var directory: FilePath?

  func resolved() async throws -> FilePath {
    if let directory { return directory }
    return try await SnapshotSettings.configured()?.directory ?? SnapshotDirectory.defaultPath
  }
}
