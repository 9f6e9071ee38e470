import ArgumentParser
import Btrfs
import PCSCore
import PCSTool
import SystemPackage

struct Watch: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "watch", "Watch the room until stopped; leave with 5 as soon as it is too little.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var places: WatchedPaths
  @Option(
    name: .customLong("min"),
    help: ArgumentHelp(
      "What must stay available: 15%, 50GiB. (default: 15% or 15GiB, whichever is less)",
      valueName: "size"))
  var minimum: Size?
  @Option(
    name: .customLong("warn"),
    help: ArgumentHelp(
      "Below what to warn. (default: 25% or 25GiB, whichever is less)", valueName: "size"))
  var warning: Size?
  @Option(help: ArgumentHelp("How often to look, such as 10s.", valueName: "duration"))
  var interval = DurationArgument(.seconds(30))

  func validate() throws {
    if interval.duration <= .zero {
      throw ArgumentParser.ValidationError("--interval must be more than nothing")
    }
  }

  func run(_ reporter: Reporter) async throws {
    var watch = DiskWatch(
      paths: try places.resolved(),
      marks: Watermarks(
        minimum: minimum.map { .size($0) } ?? .reserve,
        warning: warning.map { .size($0) } ?? .warning))
    while true {
      try watch.look(reporter)
      try await Task.sleep(for: interval.duration)
    }
  }
}
