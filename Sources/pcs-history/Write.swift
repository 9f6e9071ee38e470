import ArgumentParser
import FoundationEssentials
import LiveCommit
import PCSCore
import PCSTool
import SystemPackage

/// The two ends of a session, on the command line.
struct Parties: ParsableArguments {
  @Option(help: "What this machine is in the session: source or target.")
  var role: SessionRecord.Role
  @Option(help: ArgumentHelp("The machine-id of the other machine.", valueName: "id"))
  var peer: String
}

/// What `begin` and `commit` read from standard input: one JSON object.
struct RecordInput: Codable {
  var session: SyncSession
  /// What both machines agreed on; without one the session comes after all others here.
  var number: Int?
  var written: Bool?
  var snapshots: [Snapshot]?
  var modules: [String: SessionRecord.Module]?

  static func write(_ parties: Parties) throws -> SessionRecord {
    let bytes = try FileContent.read(.standardInput, "standard input", limit: 64 << 20)
    let input: RecordInput
    do {
      input = try JSONDecoder().decode(RecordInput.self, from: Data(bytes))
    } catch {
      throw SyncError(
        "standard input: not the record of a session: \(error)", id: "history.input",
        exitStatus: .usage)
    }
    let session = input.session
    let history = SessionHistory()
    let record = SessionRecord(
      role: parties.role,
      peer: .init(
        machineID: parties.peer,
        hostname: parties.role == .source ? session.targetHostname : session.sourceHostname),
      session: session, number: try input.number ?? number(of: session.id, in: history),
      snapshots: input.snapshots ?? [], modules: input.modules ?? [:], hasWritten: input.written)
    try history.write(record)
    return record
  }

  private static func number(of session: String, in history: SessionHistory) throws -> Int {
    let records = try history.records()
    return records.first { $0.session.id == session }?.number ?? records.highestNumber + 1
  }
}

struct Begin: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "begin", "Mark a session as in progress, before its first change.",
    discussion: "Reads {\"session\": …} from standard input.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var parties: Parties

  func run(_ reporter: Reporter) async throws {
    let record = try RecordInput.write(parties)
    reporter.log(.debug, "session \(record.session.id) begins")
    for commit in try WaitingCommits().list() { reporter.emit(commit.event) }
  }
}

struct Commit: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "commit", "Record where a session has got to: its clean-up, or its end.",
    discussion: "Reads {\"session\": …, \"snapshots\": …, \"modules\": …} from standard input.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var parties: Parties

  func run(_ reporter: Reporter) async throws {
    let record = try RecordInput.write(parties)
    reporter.log(.debug, "session \(record.session.id) is \(record.session.state.rawValue)")
    do { try SessionHistory().putOlderAway() } catch {
      let words = (error as? any ToolError)?.description ?? "\(error)"
      reporter.log(.warning, "older records stay where they are: \(words)")
    }
  }
}
