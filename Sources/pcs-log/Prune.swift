import ArgumentParser
import LogFile
import PCSCore
import PCSTool

struct Prune: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "prune", "Remove old logs; the newest always stays.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var place: LogPlace
  @Option(help: ArgumentHelp("How many logs stay.", valueName: "n")) var keep = 50
  @Option(
    help: ArgumentHelp("How large all logs together may be. (default: 200MB)", valueName: "size"))
  var maxSize: Size?
  @Option(help: ArgumentHelp("Remove logs that are older.", valueName: "duration"))
  var olderThan: DurationArgument?
  @Flag(help: "Say what would be removed, and remove nothing.") var dryRun = false

  func validate() throws {
    if keep < 1 { throw ArgumentParser.ValidationError("--keep: the newest log always stays") }
    if case .fraction = maxSize {
      throw ArgumentParser.ValidationError("--max-size: a percentage of what? say 200MB")
    }
  }

  func run(_ reporter: Reporter) async throws {
    guard let directory = try place.directory() else { return }
    var retention = LogRetention(count: keep, age: olderThan?.duration)
    if let maxSize { retention.size = maxSize.bytes(of: 0) }
    for log in retention.expired(try directory.logs()) {
      if !dryRun { try directory.remove(log.name) }
      reporter.log(
        .info, (dryRun ? "Would remove " : "Removed ") + log.name.text,
        ["size": .integer(Int64(clamping: log.size))])
    }
  }
}
