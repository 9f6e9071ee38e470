import ArgumentParser
import Btrfs
import FileTrees
import FoundationEssentials
import LiveCommit
import PCSCore
import PCSTool
import SystemPackage
import UserData

/// Commits a stage, or plans with the frames for them, as a JSON document on standard input says.
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
    let plans: [Data]?
    let frames: [Data]?
    let prefixes: [String]
    let host: String?

    private enum CodingKeys: String, CodingKey {
      case session, peer, folder, subvolume, stage, plans, frames, prefixes, host
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
    let preparation = try document.plans.map { try prepare($0, document) }
    let goal = try document.stage.map { try CommitGoal.stage(at: FilePath($0)) } ?? .prepared
    let part = try CommitPart(
      subvolume: document.subvolume, preSync: FilePath(document.preSync),
      goal: goal, folders: document.prefixes.map { FilePath($0) },
      host: document.host ?? Machine.hostname, preparation: preparation?.inode)
    let request = CommitRequest(waiting: waiting, parts: [part], prepared: [preparation])
    let tally = CommitTally(reporter, CommitJournal(request))
    defer { tally.flush() }
    try Commit.carryOut(request) { tally.add($0, $1) }
    tally.logOpenFiles(on: Machine.hostname)
    if tally.undone > 0 { throw Finished(.partial) }
  }

  private func prepare(_ plans: [Data], _ document: Document) throws -> Preparation {
    let before = try Directory(FilePath(document.preSync))
    let live = try TopLevel(of: before, for: .writing).live(document.subvolume, id: nil).root
    let unfinished = UnfinishedPreparations()
    try unfinished.begin(document.session, [before.path])
    let preparation = try Preparation(
      try plans.map { try PlannedFolder(bytes: Array($0)) },
      from: Preparation.Source(document.peer),
      live: live, before: before, session: document.session)
    do {
      for batch in document.frames ?? [] {
        try FrameBatch.read(Array(batch)) { try preparation.receive($0) }
      }
      try preparation.finish()
    } catch {
      try preparation.discard()
      unfinished.end(document.session)
      throw error
    }
    return preparation
  }
}
