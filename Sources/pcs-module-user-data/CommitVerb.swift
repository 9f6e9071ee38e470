import ArgumentParser
import FileTrees
import FoundationEssentials
import PCSCore
import PCSTool
import SystemPackage
import UserData

/// Commits one stage, or plans alone, as a JSON document on standard input says.
struct CommitVerb: StreamCommand {
  static let configuration = CommandConfiguration(commandName: "commit", shouldDisplay: false)

  /// The document.
  private struct Document: Decodable {
    let session: String
    let peer: SessionRecord.Party
    let folder: String
    let subvolume: String
    let preSync: String
    let stage: String?
    let plans: [PlannedFolder]?
    let prefixes: [String]
    let host: String?

    private enum CodingKeys: String, CodingKey {
      case session, peer, folder, subvolume, stage, plans, prefixes, host
      case preSync = "pre_sync"
    }
  }

  @OptionGroup var common: CommonOptions

  func run(_ reporter: Reporter) async throws {
    let text = try FileContent.read(.standardInput, "standard input")
    let document = try JSONDecoder().decode(Document.self, from: Data(text))
    let waiting = WaitingCommit(
      sessionID: document.session, peer: document.peer,
      folders: [.init(path: document.folder, subvolume: document.subvolume)])
    // What was written before it became read-only gets its generation with the next transaction.
    try Directory(FilePath(document.preSync)).syncFileSystem()
    let goal =
      try document.stage.map { try CommitGoal.stage(at: FilePath($0)) }
      ?? .plans(document.plans ?? [])
    let part = try CommitPart(
      subvolume: document.subvolume, preSync: FilePath(document.preSync),
      goal: goal, folders: document.prefixes.map { FilePath($0) },
      host: document.host ?? Machine.hostname)
    let request = CommitRequest(waiting: waiting, parts: [part])
    let tally = CommitTally(reporter, CommitJournal(request))
    try Commit.carryOut(request) { tally.add($0, $1) }
    tally.logOpenFiles(on: Machine.hostname)
    if tally.undone > 0 { throw Finished(.partial) }
  }
}
