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

  /// `/`, and of `/home` and `folders` each that lies on a file system of its own; two subvolumes
  /// of one btrfs share their free space.
  static func usual(besides folders: [FilePath] = []) throws -> [FilePath] {
    var paths: [FilePath] = ["/"]
    var seen = Set([try FileSystemIdentity(of: "/")])
    for path in ["/home"] + folders {
      guard let identity = try? FileSystemIdentity(of: path), seen.insert(identity).inserted else {
        continue
      }
      paths.append(path)
    }
    return paths
  }
}
