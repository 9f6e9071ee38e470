import ArgumentParser
import OpenSSH
import PCSCore
import PCSTool
import SystemPackage

/// Lends the target our tools until standard input ends; nothing is written on a disk there.
struct Lend: StreamCommand {
  static let configuration = CommandConfiguration(
    commandName: "lend", abstract: "Let the target use our tools until standard input ends.",
    shouldDisplay: false)

  @OptionGroup var common: CommonOptions
  @OptionGroup var connection: WhichConnection

  func run(_ reporter: Reporter) async throws {
    let connection = try connection.find()
    let target = connection.master.target.text
    guard let bundle = try await Bundle(nil) else { throw InstallError.nothingToInstall }
    let there = try await TargetInstallation(of: connection.master)
    if let platform = try bundle.platform, let obstacle = there.obstacle(to: platform) {
      throw InstallError.otherMachine(target, obstacle)
    }
    guard let become = there.become else {
      throw InstallError.notRoot(target, connection.facts)
    }
    SignalShield.raise()
    let lender = Lender(connection: connection, bundle: bundle, become: become)
    try await lender.lend { lent in
      try lent.save()
      reporter.emit(lent.line(.connected))
    }
    try connection.save()
  }
}
