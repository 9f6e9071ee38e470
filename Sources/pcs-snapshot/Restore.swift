import ArgumentParser
import Btrfs
import PCSCore
import PCSTool
import SystemPackage

struct Restore: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "restore", "Bring single files or directories back from before a session.",
    discussion: """
      What is there stays beside it, with -replaced-, the time and the session after its name.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var place: SnapshotPlace
  @Option(
    name: .customLong("to"),
    help: ArgumentHelp("Put them into this directory instead.", valueName: "dir"))
  var destination: FilePath?
  @Argument(help: "Paths as they were.") var paths: [FilePath]

  func validate() throws {
    if common.session == nil {
      throw ArgumentParser.ValidationError("--session says from before what")
    }
  }

  func run(_ reporter: Reporter) async throws {
    let restoration = try Restoration(
      session: reporter.sessionID, places: try await place.all(reporter),
      isInPlace: destination == nil)
    try reporter.warnOfWaitingCommits()
    for path in RawArguments.paths(paths.map(\.string)) {
      try Task.checkCancellation()
      let absolute = path.isAbsolute ? path : try FilePath.workingDirectory().pushing(path)
      let restored =
        try destination.map { try restoration.beside(absolute, in: $0) }
        ?? restoration.inPlace(absolute)
      var context = WirePath(restored.path).context
      if let kept = restored.replaced { context["replaced"] = .string(kept.string) }
      let kept = restored.replaced.map { "; the present one is kept as \($0)" } ?? ""
      reporter.log(.info, "Restored \(restored.path)\(kept)", context)
    }
  }
}
