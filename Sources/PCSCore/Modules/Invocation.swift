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
  /// Whether this is a first sync with the target that the user agreed to; in a dry run, one that
  /// the user would be asked about.
  package var firstSync: Bool
  /// The snapshots of completed sessions, with any peer, that still exist unchanged on the source;
  /// newest session first.
  ///
  /// They are the evidence of what the source has had.
  package var evidence: [Snapshot]
  package var dryRun: Bool
  /// Which machine's version counts where a path changed on both, when somebody said so.
  package var onConflict: String?
  /// The share of a folder that this one sync may delete, such as `80%`, when the user gave one.
  package var maxDelete: String?
  /// What the enabled modules read and write, in any of them: see `pcs-config folders`.
  package var folders: [String]
  /// The `plan` lines that the module wrote for the list of a first sync, when the user agreed to it.
  package var agreed: [JSON]?
  /// `btrfs_snapshots.subvolumes`: `auto`, or a list of names; nil where nobody said.
  package var subvolumes: JSON?

  private enum CodingKeys: String, CodingKey {
    case type, module, phase, config, session, remote, snapshots, previous, evidence, folders
    case subvolumes, agreed
    case firstSync = "first_sync"
    case protocolVersion = "protocol"
    case dryRun = "dry_run"
    case onConflict = "on_conflict"
    case maxDelete = "max_delete"
  }

  package init(
    module: String, phase: ModuleOutcome.Phase? = nil, config: JSON, session: SyncSession,
    remote: Remote?, snapshots: [Snapshot], previous: Previous? = nil, firstSync: Bool = false,
    evidence: [Snapshot] = [], dryRun: Bool, onConflict: String? = nil,
    maxDelete: String? = nil, folders: [String] = [], subvolumes: JSON? = nil,
    agreed: [JSON]? = nil
  ) {
    self.module = module
    self.phase = phase
    self.config = config
    self.session = session
    self.remote = remote
    self.snapshots = snapshots
    self.previous = previous
    self.firstSync = firstSync
    self.evidence = evidence
    self.dryRun = dryRun
    self.onConflict = onConflict
    self.maxDelete = maxDelete
    self.folders = folders
    self.subvolumes = subvolumes
    self.agreed = agreed
  }

  /// Reads an invocation; one without `first_sync` or `evidence` is of a sync that has neither.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    type = try container.decode(String.self, forKey: .type)
    protocolVersion = try container.decode(Int.self, forKey: .protocolVersion)
    module = try container.decode(String.self, forKey: .module)
    phase = try container.decodeIfPresent(ModuleOutcome.Phase.self, forKey: .phase)
    config = try container.decode(JSON.self, forKey: .config)
    session = try container.decode(SyncSession.self, forKey: .session)
    remote = try container.decodeIfPresent(Remote.self, forKey: .remote)
    snapshots = try container.decode([Snapshot].self, forKey: .snapshots)
    previous = try container.decodeIfPresent(Previous.self, forKey: .previous)
    firstSync = try container.decodeIfPresent(Bool.self, forKey: .firstSync) ?? false
    evidence = try container.decodeIfPresent([Snapshot].self, forKey: .evidence) ?? []
    dryRun = try container.decode(Bool.self, forKey: .dryRun)
    onConflict = try container.decodeIfPresent(String.self, forKey: .onConflict)
    maxDelete = try container.decodeIfPresent(String.self, forKey: .maxDelete)
    folders = try container.decodeIfPresent([String].self, forKey: .folders) ?? []
    subvolumes = try container.decodeIfPresent(JSON.self, forKey: .subvolumes)
    agreed = try container.decodeIfPresent([JSON].self, forKey: .agreed)
  }
}
