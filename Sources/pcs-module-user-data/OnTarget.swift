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
    let survey = try await MachineSurvey(
      of: request.folders.map(\.path), asksRsync: false)
    let writer = EventWriter()
    func answer(_ reply: LookReply) throws {
      try writer.write(line: reply.line + [UInt8(ascii: "\n")])
    }
    try answer(.survey(survey))
    for (index, folder) in request.folders.enumerated() {
      guard let found = survey[folder.path], found.problem == nil else { return }
      let snapshot = try SnapshotFolder(found, in: request.snapshots)
      try FolderLook(folder, snapshot, answer: answer).run(index: index)
    }
  }
}

/// Tells what changed of paths in a live folder, for a dry run.
struct Compare: PlainCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  func runPlain() async throws {
    let text = try FileContent.read(.standardInput, "standard input", limit: 1 << 30)
    let request = try JSONDecoder().decode(CompareRequest.self, from: Data(text))
    let writer = EventWriter()
    try request.answer { try writer.write(line: $0.line + [UInt8(ascii: "\n")]) }
  }
}

/// Tells what the content of files comes to.
struct Digest: PlainCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  func runPlain() async throws {
    let text = try FileContent.read(.standardInput, "standard input", limit: 1 << 30)
    let request = try JSONDecoder().decode(DigestRequest.self, from: Data(text))
    let writer = EventWriter()
    try request.answer { digest in
      let line = Data(digest.bytes).base64EncodedString() + "\n"
      try writer.write(line: Array(line.utf8))
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
