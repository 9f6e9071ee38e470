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

  @Flag(help: "Read a record of the other machine, which counts if it went further.")
  var knowing = false
  @Flag(help: "Read which paths the sync would touch; only changes of those close the gate.")
  var touching = false

  /// What is read from standard input.
  private struct Document: Decodable {
    var record: SessionRecord?
    /// The section `user_data` of the sync's configuration; nil where that module takes no part.
    var userData: JSON?

    private enum CodingKeys: String, CodingKey {
      case record
      case userData = "user_data"
    }
  }

  func run(_ reporter: Reporter) async throws {
    var records = try SessionHistory().records()
    if let session = common.session, SessionHistory().has(session) {
      throw SyncError(
        "session \(session): is remembered on \(Machine.hostname) already", id: "history.taken",
        hint: "each sync needs an id of its own: leave --session and PCS_SESSION_ID out",
        exitStatus: .usage)
    }
    let document = try document()
    if let record = document?.record {
      records = SyncGate.adding(record, of: parties.peer, to: records)
    }
    let live = LiveChange(
      records: records, synced: try document?.userData.map { try SyncedPaths($0) })
    let judgement = try SyncGate.judge(
      records, peer: parties.peer, role: parties.role, changes: live.since)
    var members = try JSON(encoding: judgement).object ?? [:]
    members["type"] = "gate"
    reporter.emit(.other(members))
    if let error = GateError(judgement.findings) { throw error }
  }

  /// One JSON object: with `--touching` a document, with `--knowing` alone a record.
  private func document() throws -> Document? {
    guard knowing || touching else { return nil }
    let bytes = try FileContent.read(.standardInput, "standard input", limit: 64 << 20)
    do {
      if touching { return try JSONDecoder().decode(Document.self, from: Data(bytes)) }
      return Document(record: try JSONDecoder().decode(SessionRecord.self, from: Data(bytes)))
    } catch {
      throw SyncError(
        "standard input: not a record: \(error)", id: "history.input", exitStatus: .usage)
    }
  }
}
