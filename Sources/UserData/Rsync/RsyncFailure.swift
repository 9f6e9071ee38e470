package import PCSCore
package import SystemPackage

/// rsync did not end well.
package struct RsyncFailure: ToolError, Equatable {
  package let folder: FilePath
  package let target: String
  package let status: Int32
  /// Whether the target's disk was full.
  package let isOutOfSpace: Bool
  /// The last thing rsync complained about.
  package let complaint: String

  package init(
    folder: FilePath, target: String, status: Int32, isOutOfSpace: Bool, complaint: String
  ) {
    self.folder = folder
    self.target = target
    self.status = status
    self.isOutOfSpace = isOutOfSpace
    self.complaint = complaint
  }

  private enum Reason { case space, connection, incomplete, deletions, other }

  private var reason: Reason {
    if isOutOfSpace { return .space }
    switch status {
    case 10, 12, 30, 35, 69, 255: return .connection
    case 23, 24: return .incomplete
    case 25: return .deletions
    default: return .other
    }
  }

  package var id: String {
    switch reason {
    case .space: "disk.space"
    case .connection: "remote.lost"
    case .incomplete: "user_data.incomplete"
    case .deletions: "user_data.deletions"
    case .other: "user_data.rsync"
    }
  }

  package var description: String {
    switch reason {
    case .space: "\(folder): the disk of \(target) is full"
    case .connection: "\(folder): the connection to \(target) broke: \(last)"
    case .incomplete: "\(folder): not everything could be copied to \(target): \(last)"
    case .deletions:
      "\(folder): stopped on \(target): more would be deleted than the comparison had found"
    case .other: "\(folder): rsync ended with status \(status): \(last)"
    }
  }

  private var last: String { complaint.isEmpty ? "rsync status \(status)" : complaint }

  package var exitStatus: ExitStatus {
    switch reason {
    case .space: .noSpace
    case .connection: .unavailable
    default: .failure
    }
  }
}
