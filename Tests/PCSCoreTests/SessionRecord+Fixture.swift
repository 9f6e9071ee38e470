import PCSCore
import SystemPackage

extension SessionRecord {
  /// A session of this machine, `atlas`, with another; `minute` orders them.
  static func fixture(
    _ id: String = "0badcafe", peer: String = "vega", role: Role = .source,
    state: SessionState = .completed, minute: Int64 = 0, isRolledBack: Bool = false,
    number: Int? = nil, hasWritten: Bool? = nil
  ) -> SessionRecord {
    let moment = Timestamp(milliseconds: 1_763_208_000_000 + minute * 60_000)
    var session = SyncSession(
      id: id, timestamp: moment, sourceHostname: role == .source ? "atlas" : peer,
      targetHostname: role == .source ? peer : "atlas", enabledModules: ["btrfs-snapshots"],
      lockPath: "/run/pc-switcher/pc-switcher.lock", target: peer, configPath: nil, dryRun: false)
    session.state = state
    return SessionRecord(
      role: role, peer: Party(machineID: "id of \(peer)", hostname: peer), session: session,
      number: number,
      snapshots: [], modules: ["user-data": Module(result: .success, state: ["n": 1])],
      updated: moment, isRolledBack: isRolledBack, hasWritten: hasWritten)
  }
}
