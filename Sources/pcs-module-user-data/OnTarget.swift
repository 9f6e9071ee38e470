import ArgumentParser
import FoundationEssentials
import PCSCore
import PCSTool
import SystemPackage
import UserData

/// Tells what somebody changed in this machine's folders: the target's part of a comparison.
struct Look: PlainCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  func runPlain() async throws {
    let text = try FileContent.read(.standardInput, "standard input", limit: 1 << 30)
    let request = try JSONDecoder().decode(LookRequest.self, from: Data(text))
    let survey = try await MachineSurvey(of: request.folders.map(\.path))
    let writer = EventWriter()
    func answer(_ reply: LookReply) throws { try writer.write(line: reply.line + [10]) }
    try answer(.survey(survey))
    for (index, folder) in request.folders.enumerated() {
      guard let found = survey[folder.path], found.problem == nil else { return }
      let snapshot = try SnapshotFolder(found, in: request.snapshots)
      try FolderLook(folder, snapshot, answer: answer).run(index: index)
    }
  }
}

/// Tells what the content of files comes to.
struct Digest: PlainCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  func runPlain() async throws {
    let text = try FileContent.read(.standardInput, "standard input", limit: 1 << 30)
    let request = try JSONDecoder().decode(DigestRequest.self, from: Data(text))
    let snapshot = try SnapshotFolder(FolderSurvey(of: request.folder), in: request.snapshots)
    let tree = EntryTree(snapshot.folder)
    let writer = EventWriter()
    for path in request.paths {
      guard let file = try tree.handle(at: path) else {
        throw FileError(request.folder.pushing(path), "cannot open", .noSuchFileOrDirectory)
      }
      let digest = Data(try ContentDigest(of: file).bytes).base64EncodedString()
      try writer.write(line: Array((digest + "\n").utf8))
    }
  }
}

/// Stages what the source sends, and commits it.
struct Stage: StreamCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  @OptionGroup var common: CommonOptions

  func run(_ reporter: Reporter) async throws {
    let bytes = try FileContent.read(.standardInput, "standard input", limit: 1 << 32)
    try StageRun(StageRequest(bytes: bytes), reporter: reporter).run()
  }
}
