import ArgumentParser
import Btrfs
import PCSCore
import PCSTool
import SystemPackage

struct Check: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "check", "Say how much room there is; leave with 5 when it is too little.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var places: WatchedPaths
  @Option(
    name: .customLong("min"),
    help: ArgumentHelp(
      "What must be available: 20%, 50GiB. (default: 20% or 20GiB, whichever is less)",
      valueName: "size"))
  var minimum: Size?

  func run(_ reporter: Reporter) async throws {
    let marks = Watermarks(minimum: minimum.map { .size($0) } ?? .minimumFree)
    let round = try DiskRound(places.resolved().map(marks.space(at:)), marks: marks)
    for space in round.spaces { reporter.emit(.disk(space)) }
    if let error = round.shortage { throw error }
  }
}
