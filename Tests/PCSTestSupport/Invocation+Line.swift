package import PCSCore
import SystemPackage

extension Invocation {
  /// What a driver would write to a module, for a session from `atlas` to `vega`.
  package static func line(
    module: String, phase: ModuleOutcome.Phase? = nil, config: String, session: String = "0badcafe",
    dryRun: Bool = false, folders: [String] = []
  ) throws -> String {
    let session = SyncSession(
      id: session, sourceHostname: "atlas", targetHostname: "vega", enabledModules: [module],
      lockPath: "/run/pc-switcher/pc-switcher.lock", target: "vega", configPath: nil,
      dryRun: dryRun)
    return try JSON(
      encoding: Invocation(
        module: module, phase: phase, config: JSON(parsing: config.utf8), session: session,
        remote: nil, snapshots: [], dryRun: dryRun, folders: folders)
    ).text
  }
}
