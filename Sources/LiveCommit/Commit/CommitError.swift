package import PCSCore
package import SystemPackage

/// Why a commit cannot be begun, or cannot be carried to its end.
package enum CommitError: ToolError, Equatable {
  case writable(FilePath)
  case foreignStage(FilePath, of: FilePath)
  case outside(FilePath)
  /// A snapshot that a commit needs is not there any more.
  case missing(FilePath, session: String)
  case altered(FilePath, session: String)
  /// What waits says nothing of how to complete it.
  case noJournal(FilePath, session: String)
  case foreignDirectory(FilePath)
  case noRoom(String, session: String)

  package var id: String {
    switch self {
    case .writable: "commit.writable"
    case .foreignStage: "commit.foreign_stage"
    case .outside: "commit.outside"
    case .missing: "commit.missing"
    case .altered: "commit.altered"
    case .noJournal: "commit.unreadable"
    case .foreignDirectory: "commit.foreign_directory"
    case .noRoom: "disk.space"
    }
  }

  package var description: String {
    switch self {
    case .writable(let path): "\(path): not read-only, so it may still change"
    case .foreignStage(let stage, let base): "\(stage): not made from \(base)"
    case .outside(let path): "\(path): is to be changed and lies outside of the folders"
    case .missing(let path, let session):
      "\(path): not there any more, so the commit of session \(session) cannot be completed"
    case .altered(let path, let session):
      "\(path): not as it was, so the commit of session \(session) cannot be completed"
    case .noJournal(let path, let session):
      "\(path): does not say how to complete the commit of session \(session)"
    case .noRoom(let what, let session):
      "\(what): the commit of session \(session) waits for room on the disk"
    case .foreignDirectory(let path): "\(path): in the way, and not a directory of root's alone"
    }
  }

  package var hint: String? {
    switch self {
    case .missing(_, let session), .altered(_, let session), .noJournal(_, let session):
      "'pcs-snapshot rollback --session \(session)' brings everything back to before that session"
        + " and gives the commit up"
    case .noRoom:
      "make room there; then the next sync, or 'pcs-module-user-data recover', completes it"
    case .foreignDirectory: "move it away, then 'pcs-module-user-data recover'"
    default: nil
    }
  }

  package var exitStatus: ExitStatus {
    if case .noRoom = self { .noSpace } else { .failure }
  }
}
