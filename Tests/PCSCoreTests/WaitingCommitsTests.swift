import FoundationEssentials
import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// Requirement S2: what waits on a machine to be committed.
@Suite struct WaitingCommitsTests {
  private static func commit(_ session: String, minute: Int64 = 0) -> WaitingCommit {
    WaitingCommit(
      sessionID: session, peer: .init(machineID: "id of atlas", hostname: "atlas"),
      folders: [
        .init(path: "/home", subvolume: "@home"), .init(path: "/root", subvolume: "@root"),
      ],
      started: Timestamp(milliseconds: 1_763_208_000_000 + minute * 60_000))
  }

  private func withCommits(_ body: (WaitingCommits, FilePath) throws -> Void) async throws {
    try await withScratchDirectory { directory in
      let path = directory.appending("state/commits")
      try body(WaitingCommits(directory: path), path)
    }
  }

  @Test func whereNothingIsNothingWaits() async throws {
    try await withCommits { commits, _ in
      #expect(try commits.list() == [])
      #expect(try commits.read("0badcafe") == nil)
      try commits.remove("0badcafe")
    }
  }

  @Test("S2: commits are listed, the oldest first, until they are removed")
  func listsUntilRemoved() async throws {
    try await withCommits { commits, path in
      try commits.write(Self.commit("00000001", minute: 2))
      try commits.write(Self.commit("00000002", minute: 1))
      #expect(try commits.list().map(\.sessionID) == ["00000002", "00000001"])
      let attributes = try FileManager.default.attributesOfItem(
        atPath: path.appending("00000001.json").string)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      try commits.remove("00000002")
      #expect(try commits.list() == [Self.commit("00000001", minute: 2)])
    }
  }

  @Test func whatItsWriterKeepsBesideIsNoMatter() async throws {
    try await withCommits { commits, path in
      try commits.write(Self.commit("00000001"))
      let file = path.appending("00000001.json")
      let text = String(decoding: try FileContent.read(file), as: UTF8.self)
      try write(#"{"stage":"x","# + text.dropFirst(), to: file)
      try write("{", to: path.appending(".00000002.json.4711"))
      try write("{", to: path.appending("00000001.journal"))
      #expect(try commits.list() == [Self.commit("00000001")])
    }
  }

  @Test(
    "S2: one that cannot be read is an error, never nothing",
    arguments: [
      "", "{", "null", "{}",
      #"{"session_id":"00000009","peer":{"machine_id":"x","hostname":"x"},"folders":[],"#
        + #""started":"2025-11-15T12:00:00.000Z"}"#,
    ])
  func unreadableIsAnError(_ text: String) async throws {
    try await withCommits { commits, path in
      try commits.write(Self.commit("00000001"))
      try write(text, to: path.appending("00000002.json"))
      expectRefusal(commits)
      #expect(commits.waits("00000002"))
    }
  }

  @Test("S2: nor is a link or a FIFO, which is not waited for") func onlyARegularFileIsRead()
    async throws
  {
    try await withCommits { commits, path in
      try commits.write(Self.commit("00000001"))
      let other = path.appending("00000002.json")
      #expect(other.withPlatformString { mkfifo($0, 0o600) } == 0)
      expectRefusal(commits)
      try commits.remove("00000002")
      #expect(other.withPlatformString { symlink("00000001.json", $0) } == 0)
      expectRefusal(commits)
    }
  }

  @Test("S2: what an interrupted sync has received is told until its commit begins")
  func listsTransfers() async throws {
    try await withCommits { commits, path in
      #expect(commits.transfers() == [])
      try commits.prepare()
      var transfer = InterruptedTransfer(
        sessionID: "00000001", peer: .init(machineID: "id", hostname: "atlas"), files: 1203,
        bytes: 38 << 30, begun: Timestamp(milliseconds: Timestamp.now.milliseconds))
      transfer.directories = [257]
      try commits.write(transfer)
      try write("{", to: path.appending("00000002.received"))
      try write("{}", to: path.appending("x.received"))
      #expect(commits.transfers() == [transfer])
      #expect(try commits.list() == [])
      var old = transfer
      old.sessionID = "00000003"
      old.begun = transfer.begun.advanced(by: .seconds(-15 * 86400))
      try commits.write(old)
      #expect(commits.transfers() == [transfer])
      let message = "1203 files, 38.0 GiB received of a sync from atlas that was interrupted"
      #expect(transfer.message.hasPrefix(message))
      try commits.write(Self.commit("00000001"))
      #expect(commits.transfers() == [])
      try commits.remove("00000001")
      #expect(commits.transfers() == [])
      #expect(try DirectoryListing.names(of: path).contains("00000001.received") == false)
    }
  }

  private func expectRefusal(_ commits: WaitingCommits) {
    let error = #expect(throws: WaitingCommitError.self) { try commits.list() }
    #expect(error?.exitStatus == .inputOutput)
    #expect(error?.id == "commit.unreadable")
  }

  private func write(_ text: String, to path: FilePath) throws {
    try Data(text.utf8).write(to: URL(filePath: path.string))
  }
}
