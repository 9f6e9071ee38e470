import FoundationEssentials
import PCSCore
import SystemPackage
import Testing

/// What a module is given on its standard input.
@Suite struct InvocationTests {
  private static let snapshot = Snapshot(
    subvolume: "@home", snapshotPath: "/.snapshots/x", timestamp: Timestamp(milliseconds: 0),
    sessionID: "1a2b3c4d",
    kind: .preSync, hostname: "atlas", isReadOnly: true, uuid: "u", generation: 7)

  private let invocation = Invocation(
    module: "user-data", config: [:],
    session: SyncSession(
      id: "1a2b3c4d", timestamp: Timestamp(milliseconds: 0), sourceHostname: "atlas",
      targetHostname: "vega", enabledModules: [],
      lockPath: "/run/lock", target: "vega", configPath: nil, dryRun: false), remote: nil,
    snapshots: [], firstSync: true, evidence: [Self.snapshot], dryRun: false)

  @Test("U1: carries whether it is a first sync, and what the source has had")
  func carriesWhatEvidenceThereIs() throws {
    let members = try #require(try JSON(encoding: invocation).object)
    #expect(members["first_sync"] == true)
    #expect(members["evidence"]?.array?.count == 1)
    #expect(try JSON.object(members).decode() == invocation)
  }

  @Test("U1: of a driver that says neither has neither") func oneWithoutThemIsRead() throws {
    var members = try #require(try JSON(encoding: invocation).object)
    members["first_sync"] = nil
    members["evidence"] = nil
    let read: Invocation = try JSON.object(members).decode()
    #expect(read.firstSync == false)
    #expect(read.evidence.isEmpty)
    #expect(read.session == invocation.session)
  }
}
