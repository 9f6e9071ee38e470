import ArgumentParser
import PCSCore
import PCSTool
import SystemPackage

/// Which lock.
struct LockPlace: ParsableArguments {
  @Option(
    name: .customLong("path"),
    help: ArgumentHelp(
      "The lock file. (default: \(Places.lock))", valueName: "file"))
  var chosen: FilePath?

  var path: FilePath { chosen ?? Places.lock }
}
