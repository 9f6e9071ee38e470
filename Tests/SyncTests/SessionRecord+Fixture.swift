import PCSCore
import SystemPackage

extension SessionRecord {
  /// A session of `atlas` with `vega`, with one snapshot and what `user-data` remembers.
  static func fixture(
    _ id: String, state: SessionState = .completed, result: ModuleResult = .success,
    isRolledBack: Bool = false, generation: UInt64 = 7, minute: Int64 = 0,
    number: Int? = nil
  ) -> SessionRecord {
    var session = SyncSession(
      id: id, timestamp: Timestamp(milliseconds: minute * 60_000), sourceHostname: "atlas",
      targetHostname: "vega", enabledModules: ["btrfs-snapshots", "user-data"],
      lockPath: "/run/lock", target: "vega", configPath: nil, dryRun: false)
    session.state = state
    return SessionRecord(
      role: .source, peer: Party(machineID: "b", hostname: "vega"), session: session,
      number: number, snapshots: [.fixture(of: id, generation: generation)],
      modules: ["user-data": Module(result: result, state: ["of": .string(id)])],
      updated: Timestamp(milliseconds: 0), isRolledBack: isRolledBack)
  }
}

extension Snapshot {
  static func fixture(of session: String, generation: UInt64 = 7) -> Snapshot {
    Snapshot(
      subvolume: "@home", snapshotPath: FilePath("/.snapshots/\(session)"),
      timestamp: Timestamp(milliseconds: 0), sessionID: session, kind: .postSync,
      hostname: "atlas", isReadOnly: true, uuid: "uuid of \(session)", generation: generation)
  }
}
