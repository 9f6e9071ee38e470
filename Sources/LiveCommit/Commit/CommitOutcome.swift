package import PCSCore
package import SystemPackage

/// What a commit has done, or not, with one path relative to its subvolume.
package enum CommitOutcome: Sendable, Equatable {
  /// Something is there that was not.
  case created(FilePath)
  /// A file, link or other entry took the place of what was there.
  case written(FilePath)
  case renamed(FilePath, from: FilePath)
  /// A further name of a file.
  case linked(FilePath)
  /// Owner, permissions, attributes or times alone.
  case metadata(FilePath)
  case deleted(FilePath)
  /// The version of this machine stays beside what took its place.
  case copied(FilePath, of: FilePath)
  /// A directory that should go is not empty: what is in it is nobody's to delete.
  case kept(FilePath)
  /// Somebody changed it while the sync ran, so it was left alone.
  case left(FilePath)
  /// A program has it open for writing, so it was left alone.
  case open(FilePath, by: [FileWriter])
  /// Nobody may change it here, or the directory that it is in, so it was left as it is.
  case locked(FilePath)
  /// Something lay where the commit has its own directory.
  case movedAside(FilePath, from: FilePath)
  /// The kernel refused.
  case failed(FilePath, String)
  /// The file is as it should be, save for this.
  case notKept(FilePath, String)
}

extension CommitOutcome {
  package var path: FilePath {
    switch self {
    case .created(let path), .written(let path), .renamed(let path, _), .linked(let path),
      .metadata(let path), .deleted(let path), .copied(let path, _), .kept(let path),
      .left(let path), .open(let path, _), .locked(let path), .failed(let path, _),
      .movedAside(let path, _), .notKept(let path, _):
      path
    }
  }

  /// Whether the path is not as it should be.
  package var isUndone: Bool {
    switch self {
    case .kept, .left, .open, .locked, .failed: true
    default: false
    }
  }

  /// At which level a log has it.
  package var level: LogLevel {
    switch self {
    case .created, .written, .renamed, .linked, .metadata, .deleted: .full
    case .copied, .kept, .left, .open, .locked, .movedAside, .notKept: .warning
    case .failed: .error
    }
  }

  private static func text(_ writers: [FileWriter]) -> String {
    if writers.isEmpty { return "a program has" }
    let names = writers.map(\.description).joined(separator: ", ")
    return "\(names) \(writers.count == 1 ? "has" : "have")"
  }

  /// What a log says; `root` is where the subvolume is seen.
  package func message(below root: FilePath) -> String {
    func at(_ path: FilePath) -> String { root.pushing(path).string }
    return switch self {
    case .created(let path): "Created \(at(path))"
    case .written(let path): "Wrote \(at(path))"
    case .renamed(let path, let from): "Renamed \(at(from)) to \(at(path))"
    case .linked(let path): "Linked \(at(path))"
    case .metadata(let path): "Changed the attributes of \(at(path))"
    case .deleted(let path): "Deleted \(at(path))"
    case .copied(let path, let original):
      "Kept this machine's version of \(at(original)) as \(at(path))"
    case .kept(let path): "Kept the directory \(at(path)): it is not empty"
    case .left(let path): "Left \(at(path)) alone: it was changed here during the sync"
    case .open(let path, let writers):
      "Left \(at(path)) alone: \(Self.text(writers)) it open for writing here"
    case .locked(let path):
      "Left \(at(path)) as it is: it, or the directory around it, is immutable or append-only here"
        + " (see lsattr(1))"
    case .movedAside(let path, let place):
      "Moved what lay at \(at(place)), in the place of a directory of ours, to \(at(path))"
    case .failed(let path, let why): "\(at(path)): \(why)"
    case .notKept(let path, let what): "\(at(path)): \(what) was not kept"
    }
  }
}
