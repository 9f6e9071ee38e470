package import PCSCore
package import SystemPackage

/// Why a rollback is refused; nothing has moved then.
package enum RollbackError: ToolError, Equatable {
  case noSnapshots(String)
  case missingSnapshot(String, session: String)
  case changedSnapshot(String)
  case mountedByID(String, UInt64, FilePath)
  case defaultSubvolume(String)
  case waits(String, FilePath)
  case unfinished(String)
  case commitWaits(WaitingCommit, rest: [String])

  package var id: String {
    switch self {
    case .noSnapshots, .missingSnapshot: "rollback.missing"
    case .changedSnapshot: "rollback.changed"
    case .mountedByID: "rollback.subvolid"
    case .defaultSubvolume: "rollback.default_subvolume"
    case .waits: "rollback.waits"
    case .unfinished: "rollback.unfinished"
    case .commitWaits: "rollback.commit_waits"
    }
  }

  package var description: String {
    switch self {
    case .noSnapshots(let session): "session \(session): no pre-sync snapshots here"
    case .missingSnapshot(let name, let session):
      "\(name): its pre-sync snapshot of session \(session) is missing"
    case .changedSnapshot(let name): "\(name): the snapshot is no longer as it was made"
    case .mountedByID(let name, let id, let place):
      "\(name): mounted by its number in \(place): subvolid=\(id) would still mean the old one"
    case .defaultSubvolume(let name):
      "\(name): is the default subvolume, which goes by number: it would stay the old one"
    case .waits(let name, let place):
      "\(name): an earlier rollback waits for its remount or reboot: still mounted at \(place)"
    case .unfinished(let session): "the rollback of session \(session) is unfinished"
    case .commitWaits(let commit, let rest):
      rest.isEmpty
        ? "the commit of session \(commit.sessionID) waits for its end in the same subvolumes"
        : "the commit of session \(commit.sessionID) waits for its end, in"
          + " \(rest.joined(separator: ", ")) as well"
    }
  }

  package var hint: String? {
    switch self {
    case .noSnapshots: "'pcs-snapshot list' shows the sessions that have some"
    case .missingSnapshot: "choose others with --subvolume"
    case .changedSnapshot: nil
    case .mountedByID: "mount it by subvol= there, then try again"
    case .defaultSubvolume: "mount by subvol=, and 'btrfs subvolume set-default 5 /'"
    case .waits: "reboot first"
    case .unfinished(let session): "finish it with: pcs-snapshot rollback --session \(session)"
    case .commitWaits(let commit, let rest):
      rest.isEmpty
        ? "complete it with 'pcs-module-user-data recover', or roll session \(commit.sessionID) back"
        : "roll those back with it, or complete it with 'pcs-module-user-data recover'"
    }
  }

  /// What the `commits` that wait have against a rollback of `subvolumes` to before `session`.
  ///
  /// One of that session is dropped with it, but whole; one of another session would go on in
  /// subvolumes that are no longer what it began with.
  static func against(
    _ session: String, _ subvolumes: Set<String>, commits: [WaitingCommit]
  ) -> [RollbackError] {
    commits.compactMap { commit in
      if commit.sessionID != session {
        return commit.subvolumes.isDisjoint(with: subvolumes)
          ? nil : .commitWaits(commit, rest: [])
      }
      let rest = commit.subvolumes.subtracting(subvolumes)
      return rest.isEmpty ? nil : .commitWaits(commit, rest: rest.sorted())
    }
  }
}
