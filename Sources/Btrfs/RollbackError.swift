import PCSCore
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

  package var id: String {
    switch self {
    case .noSnapshots, .missingSnapshot: "rollback.missing"
    case .changedSnapshot: "rollback.changed"
    case .mountedByID: "rollback.subvolid"
    case .defaultSubvolume: "rollback.default_subvolume"
    case .waits: "rollback.waits"
    case .unfinished: "rollback.unfinished"
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
    }
  }
}
