import ArgumentParser
import Configuration
import PCSCore
import PCSTool
import SystemPackage

struct Check: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "check", "Report everything that is wrong with the configuration.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var choice: FileChoice
  /// For pcs-sync, which wants both and asks every module what it is but once.
  @Flag(help: .hidden) var withDocument = false

  func run(_ reporter: Reporter) async throws {
    let file = try ConfigurationFile.read(choice.file)
    if file == nil {
      let place = Places.configuration?.string ?? "the default place"
      reporter.log(
        .info, "No configuration at \(place): using the defaults, which enable no sync module")
    }
    let loaded = try await ConfigurationLoader.check(file)
    for warning in loaded.checked?.warnings ?? [] { report(warning, in: file?.path, reporter) }
    let problems =
      loaded.problems
      + (try ConfigurationLoader.ambiguities(besides: loaded.checked?.names ?? []))
    for problem in problems { reporter.emit(problem.event(in: file?.path)) }
    guard problems.isEmpty else {
      throw ConfigurationError.invalid(file?.path, count: problems.count)
    }
    if withDocument, let document = loaded.document {
      let folders = loaded.checked?.folders.map { JSON.string($0.path) } ?? []
      reporter.emit(
        .other([
          "type": "configuration", "document": .string(document.text), "folders": .array(folders),
        ]))
    }
    if let file { reporter.log(.info, "\(file.path): valid", WirePath(file.path).context) }
  }

  private func report(
    _ warning: CheckedConfiguration.Warning, in path: FilePath?, _ reporter: Reporter
  ) {
    var context = path.map { WirePath($0).context } ?? [:]
    if let position = warning.position {
      context["line"] = .integer(Int64(position.line))
      context["column"] = .integer(Int64(position.column))
    }
    reporter.log(.warning, warning.message, context)
  }
}

/// Which file.
struct FileChoice: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp(
      "The configuration file. (default: what 'pcs-config path' prints)", valueName: "file"))
  var file: FilePath?
}
