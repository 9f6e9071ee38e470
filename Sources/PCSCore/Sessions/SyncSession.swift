package import SystemPackage

/// One sync from source to target, the seed's `SyncSession`; a `session` line.
package struct SyncSession: Codable, Sendable, Equatable {
  /// Eight hexadecimal digits of a UUID.
  package var id: String
  package var timestamp: Timestamp
  package var sourceHostname: String
  package var targetHostname: String
  /// In the order in which they run; `btrfs-snapshots` is first.
  package var enabledModules: [String]
  package var state: SessionState
  package var moduleResults: [String: ModuleResult]
  /// Whether a line of level ERROR was logged: decides between COMPLETED and FAILED.
  package var hasErrors: Bool
  package var abortRequested: Bool
  package var lockPath: String
  /// The target as it was typed.
  package var target: String
  @Nullable package var configPath: String?
  package var dryRun: Bool

  private enum CodingKeys: String, CodingKey {
    case id, timestamp, state, target
    case sourceHostname = "source_hostname"
    case targetHostname = "target_hostname"
    case enabledModules = "enabled_modules"
    case moduleResults = "module_results"
    case hasErrors = "has_errors"
    case abortRequested = "abort_requested"
    case lockPath = "lock_path"
    case configPath = "config_path"
    case dryRun = "dry_run"
  }

  package init(
    id: String, timestamp: Timestamp = .now, sourceHostname: String, targetHostname: String,
    enabledModules: [String], lockPath: FilePath, target: String, configPath: FilePath?,
    dryRun: Bool
  ) {
    self.id = id
    self.timestamp = timestamp
    self.sourceHostname = sourceHostname
    self.targetHostname = targetHostname
    self.enabledModules = enabledModules
    self.state = .initializing
    self.moduleResults = [:]
    self.hasErrors = false
    self.abortRequested = false
    self.lockPath = lockPath.string
    self.target = target
    self.configPath = configPath?.string
    self.dryRun = dryRun
  }
}
