import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import UserData

struct ReceivedSpaceTests {
  @Test("What the target has received needs no space again")
  func countsReceivedBytesAsFree() async throws {
    try await withScratchDirectory { path in
      let commits = WaitingCommits(directory: path.appending("state/commits"))
      try commits.prepare()
      let source = try await MachineSurvey(of: ["/home"])
      var target = source
      target.folders[0].available = 100
      func fits(_ bytes: UInt64) -> Bool {
        let machines = BothMachines(source: source, target: target)
        do { try machines.checkSpace([("/home", bytes)]) } catch { return false }
        return true
      }
      #expect([100, 101].map(fits) == [true, false])
      for (session, machine) in [("00000001", source.machineID), ("00000002", "another one")] {
        try commits.write(
          InterruptedTransfer(
            sessionID: session, peer: .init(machineID: machine, hostname: "x"), files: 1,
            bytes: 50))
      }
      target.findReceived(commits)
      #expect([150, 151].map(fits) == [true, false])
    }
  }
}
