import ArgumentParser
import FoundationEssentials
import PCSCore
import PCSTool
import SystemPackage

struct Gate: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "gate", "Say whether a sync with a machine may go ahead: 0, or 4 with what it would take.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var parties: Parties

  @Flag(help: "Read a record of the other machine, which counts if it is newer.") var knowing =
    false

  func run(_ reporter: Reporter) async throws {
    var records = try SessionHistory().records()
    if let session = common.session, SessionHistory().has(session) {
      throw SyncError(
        "session \(session): is remembered on \(Machine.hostname) already", id: "history.taken",
        hint: "each sync needs an id of its own: leave --session and PCS_SESSION_ID out",
        exitStatus: .usage)
    }
    if knowing { records = try SyncGate.adding(peersRecord(), of: parties.peer, to: records) }
    let judgement = try SyncGate.judge(
      records, peer: parties.peer, role: parties.role,
      changes: LiveChange.subvolumes(since:))
    var members = try JSON(encoding: judgement).object ?? [:]
    members["type"] = "gate"
    reporter.emit(.other(members))
    if let error = GateError(judgement, hostname: Machine.hostname) { throw error }
  }

  private func peersRecord() throws -> SessionRecord {
    let bytes = try FileContent.read(.standardInput, "standard input")
    do {
      return try JSONDecoder().decode(SessionRecord.self, from: Data(bytes))
    } catch {
      throw SyncError(
        "standard input: not a record: \(error)", id: "history.input", exitStatus: .usage)
    }
  }
}
