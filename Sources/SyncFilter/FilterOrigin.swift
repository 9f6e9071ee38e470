package import SystemPackage

/// Where a rule comes from.
package enum FilterOrigin: Sendable, Equatable {
  /// What belongs to one machine; nothing undoes it.
  case machine
  /// What a sync keeps for itself at the top of a subvolume.
  case stage
  /// A subvolume or a mount below the folder.
  case boundary
  /// A revision of a snap that the target does not run.
  case snap
  /// A state database of a code editor that cannot be merged.
  case state
  /// A path that is longer than a sync can bring over.
  case length
  /// A file of rules in a directory, as an absolute path.
  case directory(FilePath, line: Int)
  /// `user_data.exclude`, counted from 1.
  case entry(Int)
  /// `user_data.filter_file`, or a file that it merges.
  ///
  /// Line 0 is the file as a whole.
  case file(FilePath, line: Int)
  /// What is not worth copying unless somebody wants it.
  case shipped

  /// A word for scripts.
  package var name: String {
    switch self {
    case .machine: "machine"
    case .stage: "stage"
    case .boundary: "boundary"
    case .snap: "snap"
    case .state: "state"
    case .length: "length"
    case .directory: "directory"
    case .entry: "exclude"
    case .file: "filter_file"
    case .shipped: "shipped"
    }
  }

  /// The file and the line that the rule stands in.
  package var place: (file: FilePath, line: Int)? {
    switch self {
    case .directory(let path, let line), .file(let path, let line): (path, line)
    default: nil
    }
  }

  /// For people.
  package var text: String {
    switch self {
    case .machine: "built in: belongs to this machine"
    case .stage: "built in: kept by a sync for itself"
    case .boundary: "a subvolume or mount of its own"
    case .snap: "built in: of a snap the revision that the target runs comes over"
    case .state: "built in: a state database that cannot be merged"
    case .length: "built in: a path of over \(PathLimit.bytes) bytes"
    case .directory(let path, let line), .file(let path, let line):
      line == 0 ? "\(path)" : "\(path):\(line)"
    case .entry(let number): "user_data.exclude, entry \(number)"
    case .shipped: "shipped default"
    }
  }
}
