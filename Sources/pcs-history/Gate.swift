import ArgumentParser
import PCSCore
import PCSTool

struct Gate: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "gate", "Say whether a sync with a machine may go ahead: 0, or 4 with what it would take.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var parties: Parties

  func run(_ reporter: Reporter) async throws {
    let judgement = try SyncGate.judge(
      SessionHistory().records(), peer: parties.peer, role: parties.role,
      changes: LiveChange.subvolumes(since:))
    var members = try JSON(encoding: judgement).object ?? [:]
    members["type"] = "gate"
    reporter.emit(.other(members))
    if let error = GateError(judgement, hostname: Machine.hostname) { throw error }
  }
}
