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
    help: ArgumentHelp(
      "Take this bundle, a folder or an archive, instead of our own installation.",
      valueName: "file"))
  var from: FilePath?

  func run(_ reporter: Reporter) async throws {
    var connection = try connection.find()
    connection.facts = try await TargetFacts(of: connection.master)
    let target = connection.master.target.text
    let ours = PCSCore.Version.current
    let bundle = try await Bundle(from)
    let there = try await TargetInstallation(of: connection.master)
    switch there.step(
      ours: ours, manifest: try await bundle?.manifestDigest, theirs: connection.facts.version)
    {
    case .equal:
      reporter.log(
        .info, "Target pc-switcher version matches source (\(ours)), skipping installation")
      try connection.save()
      reporter.emit(connection.line(.connected))
      return
    case .newer(let theirs): throw InstallError.newer(theirs: theirs, ours: ours)
    case .packaged(let owner): throw InstallError.packaged(target, owner.command)
    case .outdated(let theirs):
      reporter.log(.info, "Target pc-switcher version \(theirs) is outdated, upgrading to \(ours)")
    case .otherBuild:
      reporter.log(.info, "Target has another build of pc-switcher \(ours), replacing it")
    case .damaged:
      reporter.log(.warning, "Target pc-switcher is damaged, installing \(ours) anew")
    case .missing:
      reporter.log(.info, "Target has no pc-switcher, installing \(ours)")
    }
    guard let bundle else { throw InstallError.nothingToInstall }
    try await install(bundle, there, &connection) { reporter.log(.info, $0) }
    try connection.save()
    reporter.emit(connection.line(.connected))
  }

  private func install(
    _ bundle: Bundle, _ there: TargetInstallation, _ connection: inout OpenConnection,
    report: @escaping @Sendable (String) -> Void
  ) async throws {
    let target = connection.master.target.text
    if let platform = try bundle.platform, let obstacle = there.obstacle(to: platform) {
      throw InstallError.otherMachine(target, obstacle)
    }
    guard let become = there.become else { throw InstallError.notRoot(target, connection.facts) }
    try await RemoteInstallation(
      connection: connection, bundle: bundle, become: become, report: report
    ).run()
    connection.facts = try await TargetFacts(of: connection.master)
    let version = connection.facts.version
    guard version == PCSCore.Version.current, !connection.facts.isDamaged else {
      throw InstallError.stillOther(target, version ?? "none")
    }
  }
}
