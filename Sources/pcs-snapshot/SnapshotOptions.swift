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

  /// What the options or else the configuration choose.
  func plan(_ reporter: Reporter) async throws -> SnapshotPlan {
    for name in subvolumes { try FlatName.check(name) }
    if !subvolumes.isEmpty, let directory = place.directory {
      return try SnapshotPlan(.named(subvolumes), folders: [], directory: directory)
    }
    let settings = try await SnapshotSettings.configured()
    let directory = place.directory ?? settings?.directory ?? SnapshotDirectory.defaultPath
    if !subvolumes.isEmpty || settings == nil {
      return try plan(subvolumes, settings?.folders ?? [], directory, reporter, settings == nil)
    }
    return try SnapshotPlan(
      settings?.subvolumes ?? .auto, folders: settings?.folders ?? [], directory: directory)
  }

  /// Without a configuration, `@home`.
  private func plan(
    _ subvolumes: [String], _ folders: [FilePath], _ directory: FilePath, _ reporter: Reporter,
    _ isUnconfigured: Bool
  ) throws -> SnapshotPlan {
    let names = subvolumes.isEmpty ? ["@home"] : subvolumes
    if isUnconfigured {
      reporter.log(
        .info,
        "No configuration file: using \(names.joined(separator: ", "))"
          + " and the snapshot directory \(directory)")
    }
    return try SnapshotPlan(.named(names), folders: folders, directory: directory)
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

  /// The snapshot directories of all file systems.
  func all(_ reporter: Reporter) async throws -> [SnapshotDirectory] {
    let settings = directory == nil ? try await SnapshotSettings.configured() : nil
    return try Self.all(
      directory ?? settings?.directory ?? SnapshotDirectory.defaultPath,
      folders: settings?.folders ?? [], reporter)
  }

  static func all(
    _ directory: FilePath, folders: [FilePath], _ reporter: Reporter
  ) throws -> [SnapshotDirectory] {
    var records: [SessionRecord] = []
    do { records = try SessionHistory().records() } catch {
      reporter.log(
        .warning,
        "Snapshots on other file systems may be missing, since the history says where: \(error)")
    }
    return try SnapshotPlaces.list(configured: directory, folders: folders, records: records)
  }
}
