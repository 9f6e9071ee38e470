package import PCSCore
package import SystemPackage

/// Why two snapshots cannot be compared.
package enum SnapshotDiffError: ToolError, Equatable {
  case notSubvolume(FilePath)
  case writable(FilePath)
  case differentFileSystems(FilePath, FilePath)
  case unrelated(FilePath, FilePath)
  case busy(FilePath)
  case tooDeep(FilePath)
  /// The kernel's stream and a snapshot do not agree about a path.
  case inconsistent(FilePath)

  package var id: String {
    switch self {
    case .notSubvolume: "diff.not_subvolume"
    case .writable: "diff.writable"
    case .differentFileSystems: "diff.file_system"
    case .unrelated: "diff.unrelated"
    case .busy: "diff.busy"
    case .tooDeep: "diff.too_deep"
    case .inconsistent: "diff.inconsistent"
    }
  }

  package var description: String {
    switch self {
    case .notSubvolume(let path): "\(path): not the root of a btrfs subvolume"
    case .writable(let path): "\(path): not read-only, so it has no fixed content to compare"
    case .differentFileSystems(let base, let new):
      "\(new): not on the file system of \(base)"
    case .unrelated(let base, let new):
      "\(new): no snapshot of the same subvolume as \(base)"
    case .busy(let path): "\(path): the kernel compares nothing while a balance or dedupe runs"
    case .tooDeep(let path):
      "\(path): something changed below a path of over 4096 bytes, which the kernel cannot say"
    case .inconsistent(let path):
      "\(path): the kernel's comparison does not agree with the snapshots"
    }
  }

  package var hint: String? {
    switch self {
    case .notSubvolume: "'btrfs subvolume list /' shows the subvolumes"
    case .writable(let path): "take a snapshot of it: btrfs subvolume snapshot -r \(path) NEW"
    case .unrelated: "compare two snapshots of one subvolume, or of snapshots of it"
    case .busy: "try again when it is done: btrfs balance status"
    default: nil
    }
  }

  package var exitStatus: ExitStatus { .failure }
}
