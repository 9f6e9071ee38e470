/// The status a tool leaves with; mostly the numbers of `sysexits(3)`.
///
/// 124–127, 137 and 255 are left to `timeout(1)`, the shell and `ssh(1)`.
package enum ExitStatus: Int32, Sendable, CaseIterable, Codable {
  case success = 0
  /// The work failed; the error is in the `result` line.
  case failure = 1
  /// Finished, with something left undone that the stream lists.
  case partial = 2
  /// Conflicts were found and nothing was written.
  case conflicts = 3
  /// A guard refused: first sync, out of order, mass deletion, filter change; nothing was written.
  case refused = 4
  case noSpace = 5
  case usage = 64
  /// The target, or a service, cannot be reached.
  case unavailable = 69
  /// A bug of ours.
  case software = 70
  case inputOutput = 74
  /// Locked by another sync.
  case locked = 75
  /// The other side speaks another protocol or version, or its host key changed.
  case protocolMismatch = 76
  /// Needs root, or permission was denied.
  case noPermission = 77
  case configuration = 78
  case hangup = 129
  case interrupted = 130
  case terminated = 143

  /// What each status means, as the pages and `--help` say it.
  package var meaning: String {
    switch self {
    case .success: "done"
    case .failure: "failed: the error is in the result line"
    case .partial: "finished, with something left undone that the stream lists"
    case .conflicts: "conflicts found, nothing written"
    case .refused: "refused by a guard, nothing written"
    case .noSpace: "not enough space"
    case .usage: "wrong usage"
    case .unavailable: "the target, or a service, cannot be reached"
    case .software: "a bug of ours"
    case .inputOutput: "read or write error"
    case .locked: "locked by another sync"
    case .protocolMismatch: "another protocol or version, or a changed host key, on the other side"
    case .noPermission: "needs root, or permission was denied"
    case .configuration: "the configuration is invalid"
    case .hangup: "ended by SIGHUP"
    case .interrupted: "ended by SIGINT"
    case .terminated: "ended by SIGTERM"
    }
  }

  /// Whether a failed sync ends with this status of its first failure, rather than with 1.
  package var isHandedOn: Bool {
    switch self {
    case .conflicts, .refused, .noSpace, .unavailable, .inputOutput, .locked, .protocolMismatch,
      .noPermission, .configuration:
      true
    default: false
    }
  }
}
