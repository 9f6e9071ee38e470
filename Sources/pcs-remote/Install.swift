import ArgumentParser
import OpenSSH
import PCSCore
import PCSTool
import SystemPackage

struct Install: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "install", "Make the target's version equal to ours, from our own installed files.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var connection: WhichConnection
  @Option(
    help: ArgumentHelp("Take this bundle instead of our own installation.", valueName: "folder"))
  var from: FilePath?

  func run(_ reporter: Reporter) async throws {
    var connection = try connection.find()
    connection.facts = try await TargetFacts(of: connection.master)
    let ours = PCSCore.Version.current
    switch VersionStep(ours: ours, theirs: connection.facts.version) {
    case .equal:
      reporter.log(
        .info, "Target pc-switcher version matches source (\(ours)), skipping installation")
      return
    case .newer(let theirs): throw NewerTarget(theirs: theirs, ours: ours)
    case .outdated(let theirs):
      reporter.log(.info, "Target pc-switcher version \(theirs) is outdated, upgrading to \(ours)")
    case .missing:
      reporter.log(.info, "Target has no pc-switcher, installing \(ours)")
    }
    try await RemoteInstallation(connection: connection, bundle: from).run()
    connection.facts = try await TargetFacts(of: connection.master)
    guard connection.facts.version == ours else {
      throw SyncError(
        "\(connection.master.target.text): still has version"
          + " \(connection.facts.version ?? "none") after the installation", id: "install.failed")
    }
    try connection.save()
    reporter.emit(connection.line(.connected))
  }
}

/// What the two versions ask for.
enum VersionStep: Equatable {
  case equal
  case missing
  case outdated(String)
  case newer(String)

  init(ours: String, theirs: String?) {
    switch theirs {
    case nil: self = .missing
    case ours?: self = .equal
    case let theirs? where PCSCore.Version.isNewer(theirs, than: ours): self = .newer(theirs)
    case let theirs?: self = .outdated(theirs)
    }
  }
}

struct NewerTarget: ToolError {
  let theirs: String
  let ours: String

  var id: String { "install.newer" }
  var description: String {
    "Target version \(theirs) is newer than source \(ours), this is unusual"
  }
  var hint: String? { "upgrade this machine first" }
  var exitStatus: ExitStatus { .protocolMismatch }
}
