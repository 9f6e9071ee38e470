/// What the driver tells a module: one line of JSON on its standard input.
package struct Invocation: Codable, Sendable, Equatable {
  /// How the module reaches the target.
  package struct Remote: Codable, Sendable, Equatable {
    package var target: String
    package var controlPath: String

    private enum CodingKeys: String, CodingKey {
      case target
      case controlPath = "control_path"
    }

    package init(target: String, controlPath: String) {
      self.target = target
      self.controlPath = controlPath
    }
  }

  /// The newest session both machines completed, with what this module remembered of it.
  package struct Previous: Codable, Sendable, Equatable {
    package var session: SyncSession
    package var snapshots: [Snapshot]
    @Nullable package var state: JSON?

    package init(session: SyncSession, snapshots: [Snapshot], state: JSON?) {
      self.session = session
      self.snapshots = snapshots
      self.state = state
    }
  }

  package static let protocolVersion = 1

  package var type = "invocation"
  package var protocolVersion = Self.protocolVersion
  package var module: String
  @Nullable package var phase: ModuleOutcome.Phase?
  /// Validated, with the defaults of the module's schema.
  package var config: JSON
  package var session: SyncSession
  @Nullable package var remote: Remote?
  /// The pre-sync snapshots of both machines.
  package var snapshots: [Snapshot]
  @Nullable package var previous: Previous?
  package var dryRun: Bool
  /// Which machine's version counts where a path changed on both, when somebody said so.
  package var onConflict: String?

  private enum CodingKeys: String, CodingKey {
    case type, module, phase, config, session, remote, snapshots, previous
    case protocolVersion = "protocol"
    case dryRun = "dry_run"
    case onConflict = "on_conflict"
  }

  package init(
    module: String, phase: ModuleOutcome.Phase? = nil, config: JSON, session: SyncSession,
    remote: Remote?, snapshots: [Snapshot], previous: Previous? = nil, dryRun: Bool,
    onConflict: String? = nil
  ) {
    self.module = module
    self.phase = phase
    self.config = config
    self.session = session
    self.remote = remote
    self.snapshots = snapshots
    self.previous = previous
    self.dryRun = dryRun
    self.onConflict = onConflict
  }
}
