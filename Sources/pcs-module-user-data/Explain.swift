import ArgumentParser
import LiveCommit
import PCSCore
import PCSTool
import SyncFilter
import SystemPackage
import UserData

/// Tells a person whether paths are synced, and which rule decides.
struct Explain: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "explain", "Say whether paths are synced, and which rule decides.",
    discussion: """
      The rules are those of the configuration, of the .pcswitcher-filter files on this machine,
      and the built-in ones. A path need not be there; a slash after it says that it is a directory.

      Examples:
        pcs-module-user-data explain ~/Downloads/debian.iso
        pcs-module-user-data explain ~/.ssh/* ~/.cache/uv
        pcs-module-user-data explain --format json ~/work | jq .synced
      """)

  @OptionGroup var common: CommonOptions
  @Option(
    help: ArgumentHelp(
      "The configuration file. (default: what 'pcs-config path' prints)", valueName: "file"))
  var config: FilePath?
  @Argument(help: "Paths on this machine.") var paths: [FilePath]

  func run(_ reporter: Reporter) async throws {
    let settings = try await UserDataConfiguration.settings(config)
    let rules = UserRules(settings)
    for problem in rules.problems {
      reporter.emit(.validationError(problem.finding(of: UserDataModule.name)))
    }
    try rules.check()
    var failure: (any Error)?
    for (path, isDirectory) in try absolutePaths() {
      do {
        let explanation = try FilterExplanation(
          of: path, isDirectory: isDirectory, folders: settings.folders, rules: rules)
        reporter.emit(.other(explanation.members))
      } catch {
        reporter.log(.error, "\(error)", WirePath(path).context)
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  private func absolutePaths() throws -> [(FilePath, isDirectory: Bool)] {
    let here = try FilePath.workingDirectory()
    var given = RawArguments.afterVerb
    return try RawArguments.paths(paths.map(\.string)).map { path in
      let absolute = path.isAbsolute ? path : here.pushing(path)
      guard absolute.components.allSatisfy({ $0.kind != .parentDirectory }) else {
        throw SyncError("\(path): '..' has no place in it", exitStatus: .usage)
      }
      let index = given.firstIndex { FilePath(bytes: $0) == path }
      let bytes = index.map { given.remove(at: $0) }
      return (absolute.withoutDots, bytes?.last == UInt8(ascii: "/"))
    }
  }
}

extension FilePath {
  /// Without `.`, which names nothing.
  fileprivate var withoutDots: FilePath {
    var path = self
    path.components.removeAll { $0.kind == .currentDirectory }
    return path
  }
}

extension FilterExplanation {
  /// The line of the stream.
  var members: [String: JSON] {
    var members = WirePath(path).context
    members["type"] = "filter"
    members["synced"] = .bool(isSynced)
    members["present"] = .bool(isPresent)
    members["folder"] = folder.map { .string($0.string) } ?? .null
    if let decider {
      members["unit"] = decider.kind == .sqlite ? "sqlite" : "store"
      members["decided_by"] = .string(WirePath(decider.path).text)
    }
    switch reason {
    case .outside: members["origin"] = "outside"
    case .behindLink(let link):
      members["origin"] = "link"
      members["at"] = .string(link.string)
    case .verdict(let verdict): members.merge(Self.members(verdict, folder)) { $1 }
    }
    return members
  }

  private static func members(_ verdict: FilterVerdict, _ folder: FilePath?) -> [String: JSON] {
    guard let rule = verdict.rule else { return ["origin": .null, "rule": .null] }
    var members: [String: JSON] = [
      "rule": .string(String(decoding: rule.written, as: UTF8.self)),
      "origin": .string(rule.origin.name),
    ]
    if case .entry(let number) = rule.origin { members["entry"] = .integer(Int64(number)) }
    if let place = rule.origin.place {
      members["file"] = .string(place.file.string)
      members["line"] = .integer(Int64(place.line))
    }
    if case .excluded(_, let at) = verdict {
      members["at"] = .string((folder ?? "").pushing(at).string)
    }
    return members
  }
}
