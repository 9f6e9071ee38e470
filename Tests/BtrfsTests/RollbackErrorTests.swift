import PCSCore
import Testing

@testable import Btrfs

@Suite struct RollbackErrorTests {
  static let commit = WaitingCommit(
    sessionID: "00000001", peer: .init(machineID: "id", hostname: "atlas"),
    folders: [.init(path: "/home", subvolume: "@home"), .init(path: "/root", subvolume: "@root")])

  static let cases: [(session: String, subvolumes: Set<String>, refusal: RollbackError?)] = [
    ("00000001", ["@home", "@root"], nil),
    ("00000001", ["@home", "@root", "@"], nil),
    ("00000001", ["@home"], .commitWaits(commit, rest: ["@root"])),
    ("00000002", ["@home"], .commitWaits(commit, rest: [])),
    ("00000002", ["@"], nil),
  ]

  @Test(
    "N4: a commit that waits is dropped whole with its own session, or stands in the way",
    arguments: cases)
  func aWaitingCommit(
    _ example: (session: String, subvolumes: Set<String>, refusal: RollbackError?)
  ) {
    let refusals = RollbackError.against(
      example.session, example.subvolumes, commits: [Self.commit])
    #expect(refusals == (example.refusal.map { [$0] } ?? []))
  }
}
