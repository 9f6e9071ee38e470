/// What a machine remembers of one session: a file of `/var/lib/pc-switcher/history`.
package struct SessionRecord: Codable, Sendable, Equatable {
  package enum Role: String, Codable, Sendable, CaseIterable { case source, target }

  /// The machine at one end.
  ///
  /// The id counts; the name is for people.
  package struct Party: Codable, Sendable, Equatable {
    package var machineID: String
    package var hostname: String

    private enum CodingKeys: String, CodingKey {
      case hostname
      case machineID = "machine_id"
    }

    package init(machineID: String, hostname: String) {
      self.machineID = machineID
      self.hostname = hostname
    }
  }

  /// How a module ended, and what it wants back at the next sync.
  package struct Module: Codable, Sendable, Equatable {
    package var result: ModuleResult
    @Nullable package var state: JSON?

    package init(result: ModuleResult, state: JSON?) {
      self.result = result
      self.state = state
    }
  }

  /// Ours in this session.
  package var role: Role
  package var peer: Party
  package var session: SyncSession
  /// Its place among the sessions of both machines (`SessionOrder`).
  @Nullable package var number: Int?
  /// Of both machines.
  package var snapshots: [Snapshot]
  package var modules: [String: Module]
  /// When the record was written last.
  package var updated: Timestamp
  package var isRolledBack: Bool
  /// Whether a session that did not complete changed something of the user's on the target; nil
  /// where that is not known.
  @Nullable package var hasWritten: Bool?

  private enum CodingKeys: String, CodingKey {
    case role, peer, session, number, snapshots, modules, updated
    case isRolledBack = "rolled_back"
    case hasWritten = "written"
  }

  package init(
    role: Role, peer: Party, session: SyncSession, number: Int? = nil, snapshots: [Snapshot],
    modules: [String: Module], updated: Timestamp = .now, isRolledBack: Bool = false,
    hasWritten: Bool? = nil
  ) {
    self.role = role
    self.peer = peer
    self.session = session
    self.number = number
    self.snapshots = snapshots
    self.modules = modules
    self.updated = updated
    self.isRolledBack = isRolledBack
    self.hasWritten = hasWritten
  }
}
