import ArgumentParser
import Btrfs
import PCSCore
import PCSTool
import SystemPackage

/// The paths whose file systems are looked at.
struct WatchedPaths: ParsableArguments {
  @Option(
    name: .customLong("path"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Paths on the file systems. (default: /, and /home when it is another one)",
      valueName: "path"))
  var paths: [FilePath] = []

  func resolved() throws -> [FilePath] {
    paths.isEmpty ? try Self.usual() : paths
  }

  /// `/`, and `/home` when it lies on another file system; two subvolumes of one btrfs share
  /// their room.
  static func usual() throws -> [FilePath] {
    guard let home = try? FileSystemIdentity(of: "/home") else { return ["/"] }
    return try FileSystemIdentity(of: "/") == home ? ["/"] : ["/", "/home"]
  }
}
